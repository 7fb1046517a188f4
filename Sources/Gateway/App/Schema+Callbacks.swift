/// Where the callbacks of a bot go, by the order of the bot itself, whose bot may have no id yet.
extension Schema {
    static let callbacks = """
        ALTER TABLE bot_orders ADD COLUMN callback_of TEXT;
        CREATE INDEX bot_orders_by_callback ON bot_orders (callback_of) WHERE callback_of IS NOT NULL;
        """
}
