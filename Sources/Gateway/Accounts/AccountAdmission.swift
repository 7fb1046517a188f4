extension Admission {
    /// Adds the Meeting BaaS account that serves the tenant, as it was read.
    mutating func add(_ account: Account) {
        generations.append(Named(kind: .account, id: GenerationStore.account, number: account.generation))
    }
}
