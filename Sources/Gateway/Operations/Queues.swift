import SQL

extension QueueDepth {
    /// Every queue, in the order of the metrics.
    static func all(in tx: any Transaction) throws -> [QueueDepth] {
        [
            try DeliveryStore.pendingDepth(in: tx), try DeliveryStore.heldDepth(in: tx), try JobStore.depth(in: tx),
            try MessageStore.heldDepth(in: tx), try CalendarCreationStore.depth(in: tx),
            try UnclaimedCalendarStore.depth(in: tx),
        ]
    }
}
