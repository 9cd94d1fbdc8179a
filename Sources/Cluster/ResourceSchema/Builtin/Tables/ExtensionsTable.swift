extension SchemaTable {
    /// Custom resource definitions (apiextensions/v1).
    static let extensions = #"""
        package io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
        kind CustomResourceDefinition -- Adds a kind of object to the API.
          spec!: CustomResourceDefinitionSpec; status: CustomResourceDefinitionStatus
        type CustomResourceDefinitionSpec
          conversion: CustomResourceConversion = {}
          group!: string -- The API group of the new kind.
          names!: CustomResourceDefinitionNames -- Plural, singular, kind and short names.
          preserveUnknownFields: bool
          scope!: string | enum(Cluster,Namespaced) -- Namespaced or Cluster.
          versions!: [CustomResourceDefinitionVersion] -- The versions, with their schemas.
        type CustomResourceConversion
          strategy!: string = None
          webhook: WebhookConversion
        type WebhookConversion
          clientConfig: object; conversionReviewVersions!: [string]
        type CustomResourceDefinitionNames
          categories: [string]; kind!: string; listKind: string; plural!: string; shortNames: [string]
          singular: string
        type CustomResourceDefinitionVersion
          additionalPrinterColumns: [CustomResourceColumnDefinition]; deprecated: bool; deprecationWarning: string
          name!: string; schema: CustomResourceValidation; selectableFields: [SelectableField]; served!: bool
          storage!: bool; subresources: CustomResourceSubresources
        type CustomResourceColumnDefinition
          description: string; format: string; jsonPath!: string; name!: string; priority: int32; type!: string
        type CustomResourceValidation { openAPIV3Schema: object }
        type SelectableField { jsonPath!: string }
        type CustomResourceSubresources { scale: CustomResourceSubresourceScale; status: any }
        type CustomResourceSubresourceScale
          labelSelectorPath: string; specReplicasPath!: string; statusReplicasPath!: string
        type CustomResourceDefinitionStatus
          acceptedNames: CustomResourceDefinitionNames
          conditions: [CustomResourceDefinitionCondition] | map(type)
          observedGeneration: int64
          storedVersions: [string]
        type CustomResourceDefinitionCondition
          lastTransitionTime: time; message: string; observedGeneration: int64; reason: string; status!: string
          type!: string
        """#
}
