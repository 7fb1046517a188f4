/// Made by `make contract` from openapi/gateway.yaml; a test compares the two.
enum Contract {
    static let json = #"""
        {"openapi":"3.1.0"}
        """#
}
