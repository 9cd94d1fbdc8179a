/// Registries of images.
enum ImageRegistryBindings {
    static func bind(_ binding: inout CenterBinding) {
        for operation: CenterOperation in [
            .getImageRegistry, .listImageRegistry, .createImageRegistry, .updateImageRegistry,
            .deleteImageRegistry,
        ] { binding.pending(operation) }
        for type in [
            "ImageRegistry", "ImageRegistryResponse",
        ] { binding.unused(type) }
    }
}
