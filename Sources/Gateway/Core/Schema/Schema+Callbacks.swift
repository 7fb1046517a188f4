/// The target of a bot's callbacks, found by the bot's creation request, since the bot may have no id yet.
extension Schema {
    static let callbacks = """
        ALTER TABLE bot_orders ADD COLUMN callback_of TEXT;
        CREATE INDEX bot_orders_by_callback ON bot_orders (callback_of) WHERE callback_of IS NOT NULL;
        """
}
