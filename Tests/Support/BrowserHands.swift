public import Foundation
import HTTPTypes
import JSONValue

/// A person's actions in a browser.
extension Browser {
    public enum Key: String, Sendable {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
        case escape = "\u{E00C}"
        case space = " "
    }

    public func open(_ url: String) async throws { try await command(.post, "/url", ["url": .string(url)]) }

    public func reload() async throws { try await command(.post, "/refresh", [:]) }

    public func url() async throws -> String { try await command(.get, "/url").stringValue ?? "" }

    /// The ids of the elements that a CSS selector finds.
    public func elements(_ css: String) async throws -> [String] {
        let found = try await command(.post, "/elements", ["using": "css selector", "value": .string(css)])
        return (found.arrayValue ?? []).compactMap { $0.objectValue?.makeIterator().next()?.value.stringValue }
    }

    /// Clicks the first element that a CSS selector finds, once it can be clicked.
    public func click(_ css: String) async throws {
        try await until("clicking \(css)") {
            guard let element = try await elements(css).first else { return nil as Bool? }
            try await command(.post, "/element/\(element)/click", [:])
            return true
        }
    }

    /// Types into the first element that a CSS selector finds, in place of what is there.
    public func type(_ text: String, into css: String) async throws {
        try await until("typing into \(css)") {
            guard let element = try await elements(css).first else { return nil as Bool? }
            try await command(.post, "/element/\(element)/clear", [:])
            try await command(.post, "/element/\(element)/value", ["text": .string(text)])
            return true
        }
    }

    /// Presses a key and lets it go, wherever the focus is.
    public func press(_ key: Key) async throws {
        let actions: [JSON] = ["keyDown", "keyUp"].map { ["type": .string($0), "value": .string(key.rawValue)] }
        let keyboard: JSON = ["type": "key", "id": "keyboard", "actions": .array(actions)]
        try await command(.post, "/actions", ["actions": [keyboard]])
    }

    /// Presses the tabulator until the focus is on what a CSS selector finds: at most 60 times.
    public func tab(to css: String) async throws {
        for _ in 0..<60 {
            try await press(.tab)
            if try await script("return document.activeElement.matches(arguments[0])", .string(css)) == true { return }
        }
        throw Failed(description: "the keyboard does not reach \(css)")
    }

    /// Waits until the visible text of an element that a CSS selector finds contains `text`.
    public func sees(_ text: String, in css: String = "body") async throws {
        try await until("“\(text)” in \(css)") {
            try await texts(css).contains { $0.contains(text) } ? true : nil
        }
    }

    /// The visible texts of the elements that a CSS selector finds.
    public func texts(_ css: String) async throws -> [String] {
        let find = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)"
        return try await script(find, .string(css)).arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// The operating system's choice, and whether it asks for less motion.
    public func prefer(dark: Bool, lessMotion: Bool = true) async throws {
        let features: [JSON] = [
            ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"],
            ["name": "prefers-reduced-motion", "value": lessMotion ? "reduce" : "no-preference"],
        ]
        try await devtools("Emulation.setEmulatedMedia", ["features": .array(features)])
    }

    /// A window of this size in CSS pixels; a phone's has no more than 500 across.
    public func resize(_ width: Int, _ height: Int, scale: String = "1") async throws {
        try await devtools(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .int(width), "height": .int(height), "deviceScaleFactor": .number(scale),
                "mobile": .bool(width <= 500),
            ])
    }

    /// The page's content: its current source, its storage, and the cookies that its scripts can read.
    public func held() async throws -> String {
        let read = """
            return [document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage),
              document.cookie, location.href].join(" ")
            """
        return try await script(read).stringValue ?? ""
    }

    /// The visible part, as a PNG.
    public func picture() async throws -> Data {
        guard let data = Data(base64Encoded: try await command(.get, "/screenshot").stringValue ?? "") else {
            throw Failed(description: "no picture")
        }
        return data
    }
}
