extension Schema {
    /// Builds a schema from its definition language; `scalars` says how custom scalars are read and written (those left
    /// out pass values through).
    ///
    /// Throws ``SchemaError`` with every error of the first step that finds any: syntax, the rules for definitions
    /// (unique names, known types and directives, extensions), the rules for types (section 3).
    public convenience init(sdl: String, scalars: [String: ScalarCoding] = [:]) throws(SchemaError) {
        let document: Document
        do throws(GraphQLError) {
            document = try Document(parsing: sdl)
        } catch {
            throw SchemaError(errors: [error])
        }
        let errors = DefinitionValidator.validate(document)
        guard errors.isEmpty else { throw SchemaError(errors: errors) }
        var problems: [GraphQLError] = []
        let schema = SchemaBuilder.build(document, scalars: scalars, problems: &problems)
        problems = SchemaValidator.validate(schema) + problems
        guard problems.isEmpty else { throw SchemaError(errors: problems) }
        self.init(schema)
    }

    private convenience init(_ schema: Schema) {
        var roots: [OperationKind: Int] = [:]
        for kind in OperationKind.allCases { roots[kind] = schema.root(kind)?.index }
        self.init(
            Parts(
                description: schema.description, types: schema.types, directives: schema.directives, roots: roots,
                document: schema.document, typenameField: schema.typenameField, schemaField: schema.schemaField,
                typeField: schema.typeField))
    }
}
