import HTTPTypes
import JSONValue
import Support
import Testing

/// Checks of every state of a page, computed in the page itself.
enum PageChecks {
    /// Nothing is wider than the window.
    static func noOverflow(_ browser: Browser, _ place: SourceLocation = #_sourceLocation) async throws {
        let wide = try await browser.script(
            """
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1)
              .map((one) => one.tagName + "." + one.className).slice(0, 5);
            """)
        #expect(wide == [], "wider than the window", sourceLocation: place)
    }

    /// Text has a contrast of 4.5 to what it stands on, large text of 3 (WCAG 2.2, 1.4.3).
    static func contrast(_ browser: Browser, _ place: SourceLocation = #_sourceLocation) async throws {
        let answer = try await browser.script(
            """
            const parts = (color) => { const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
            const over = (top, below) => Object.fromEntries(["r", "g", "b"].map((one) =>
              [one, top[one] * top.a + below[one] * (1 - top.a)]));
            const light = ({ r, g, b }) => [r, g, b].map((one) => one / 255)
              .map((one) => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
              .reduce((sum, one, index) => sum + one * [.2126, .7152, .0722][index], 0);
            function ground(node) {
              const layers = [];
              for (let one = node; one; one = one.parentElement) {
                const color = parts(getComputedStyle(one).backgroundColor);
                if (color.a > 0) layers.unshift(color);
                if (color.a === 1) break;
              }
              return layers.reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255 });
            }
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const poor = [];
            let read = 0;
            while (walker.nextNode()) {
              const node = walker.currentNode.parentElement;
              const box = node.getBoundingClientRect();
              const style = getComputedStyle(node);
              if (!walker.currentNode.data.trim() || box.width < 2 || style.visibility === "hidden") continue;
              if (node.closest("[aria-disabled=true], script, style, noscript")) continue;
              const below = ground(node);
              const [one, other] = [light(over(parts(style.color), below)), light(below)].sort((a, b) => b - a);
              const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
              read += 1;
              const ratio = (one + .05) / (other + .05);
              if (ratio < (large ? 3 : 4.5)) poor.push(`${walker.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
            }
            return { read, poor };
            """)
        #expect((answer["read"]?.intValue ?? 0) >= 5, "text was looked at", sourceLocation: place)
        #expect(answer["poor"] == [], "contrast", sourceLocation: place)
    }

    /// Whatever can be used has a name for who does not see it, and is big enough to be hit (WCAG 2.2, 2.5.8).
    static func names(_ browser: Browser, _ place: SourceLocation = #_sourceLocation) async throws {
        let controls = "a[href], button, input, summary"
        for element in try await browser.elements(controls) {
            let presented = try await browser.command(.get, "/element/\(element)/displayed") == true
            guard presented else { continue }
            let name = try await browser.command(.get, "/element/\(element)/computedlabel").stringValue ?? ""
            #expect(!name.isEmpty, "a control has no name", sourceLocation: place)
            let box = try await browser.command(.get, "/element/\(element)/rect")
            #expect((box["height"]?.double ?? 0) >= 20, "\(name) is small", sourceLocation: place)
        }
    }

    /// The keyboard's user sees where they are.
    static func focusIsVisible(_ browser: Browser, _ place: SourceLocation = #_sourceLocation) async throws {
        let outline = try await browser.script(
            "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement); return [outlineStyle, outlineWidth];"
        )
        #expect(outline == ["solid", "3px"], "the focus is not visible", sourceLocation: place)
    }

    /// Cumulative Layout Shift since the page was opened; at most 0.1 counts as good.
    static func steady(_ browser: Browser, _ place: SourceLocation = #_sourceLocation) async throws {
        let shift = try await browser.script(
            """
            return new Promise((done) => {
              let sum = 0;
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
              }).observe({ type: "layout-shift", buffered: true });
              requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(Math.round(sum * 1000)))));
            });
            """)
        #expect((shift.intValue ?? 1000) < 50, "the page moved by \(shift.text) thousandths", sourceLocation: place)
    }
}

extension JSON {
    fileprivate var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}
