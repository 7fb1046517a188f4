extension Schema {
    /// One row, which `Readiness` replaces by the next one each time.
    static let readiness = """
        CREATE TABLE readiness_probes (id {int} PRIMARY KEY, padding {bytes} NOT NULL) {strict};
        """
}
