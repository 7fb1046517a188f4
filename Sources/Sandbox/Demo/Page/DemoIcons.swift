/// The page's line icons, drawn for it on a grid of 24.
enum DemoIcons {
    private static let paths = [
        "calendar": "M4 7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM4 10h16M8 3v4M16 3v4",
        "inbox": "M4 13l3-8h10l3 8v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 13h5l1 2h4l1-2h5",
        "video": "M3 8a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM15 11l6-4v10l-6-4",
        "people": "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2-5 6-5s6 2 6 5M16 5a3 3 0 0 1 0 6M18 14c2 1 3 3 3 5",
        "repeat": "M4 11V9a3 3 0 0 1 3-3h11l-3-3M20 13v2a3 3 0 0 1-3 3H6l3 3",
        "sound": "M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v6H5a1 1 0 0 1-1-1zM20 14h-3v6h2a1 1 0 0 0 1-1z",
        "text": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
        "flask": "M9 3h6M10 3v6l-5 9a2 2 0 0 0 2 3h10a2 2 0 0 0 2-3l-5-9V3M8 14h8",
    ]

    /// The symbols, hidden, once a page.
    static var sprite: String {
        let symbols = paths.sorted { $0.key < $1.key }.map { name, path in
            "<symbol id=\"icon-\(name)\" viewBox=\"0 0 24 24\"><path d=\"\(path)\"/></symbol>"
        }
        return "<svg class=\"sprite\" aria-hidden=\"true\">\(symbols.joined())</svg>"
    }

    static func use(_ name: String) -> String {
        "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#icon-\(name)\"/></svg>"
    }
}
