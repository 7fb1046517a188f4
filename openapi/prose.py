"""Markdown of the contract and of the problem pages as HTML, by markdown-it-py (Debian: python3-markdown-it).

The rules that are on: paragraphs, headings of the second level, lists, tables, fenced blocks, code, bold, and links within
this site. Everything else is text, and all text is escaped.

Run alone it renders its argument.
"""

import re
import sys

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

RULES = ["heading", "list", "table", "fence", "backticks", "emphasis", "link"]


def slug(title):
    """`Ids and times` becomes `ids-and-times`."""
    return "-".join(re.findall("[a-z0-9]+", title.lower()))


def code_box(text, title):
    """Code in a box of its own, as `CodeBlock` makes it."""
    caption = f"<figcaption>{escapeHtml(title)}</figcaption>"
    return f'<figure class="code">{caption}<pre tabindex="0"><code>{escapeHtml(text)}</code></pre></figure>\n'


class Prose:
    """A renderer. `target` gives the link of a code span, or None."""

    def __init__(self, target=lambda code: None):
        self.headings = []
        self.markdown = MarkdownIt("zero").enable(RULES)
        self.markdown.validateLink = lambda url: re.match("/(?!/)|#", url) is not None
        rules = self.markdown.renderer.rules

        def code(tokens, index, options, env):
            text = f"<code>{escapeHtml(tokens[index].content)}</code>"
            link = target(tokens[index].content)
            return f'<a href="{escapeHtml(link)}">{text}</a>' if link else text

        def heading(tokens, index, options, env):
            title = tokens[index + 1].content
            assert tokens[index].tag == "h2", f"a heading of another level: {title}"
            self.headings.append({"id": slug(title), "title": title})
            return f'<h2 id="{slug(title)}"><a href="#{slug(title)}">'

        rules["code_inline"] = code
        rules["heading_open"] = heading
        rules["heading_close"] = lambda *_: "</a></h2>\n"
        rules["fence"] = lambda tokens, index, *_: code_box(tokens[index].content.removesuffix("\n"), "Shell")
        rules["em_open"] = rules["em_close"] = lambda *_: "*"
        rules["table_open"] = lambda *_: '<div class="scroll" tabindex="0"><table>'
        rules["table_close"] = lambda *_: "</table></div>\n"
        for name, text in [("thead_open", "<thead>"), ("thead_close", "</thead>\n"), ("tbody_open", "<tbody>"),
                           ("tbody_close", "</tbody>"), ("tr_open", "<tr>"), ("th_open", "<th>"), ("th_close", "</th>"),
                           ("td_open", "<td>"), ("td_close", "</td>")]:
            rules[name] = lambda *_, text=text: text
        rules["tr_close"] = lambda tokens, index, *_: "</tr>" if tokens[index + 1].type == "thead_close" else "</tr>\n"

    def html(self, text):
        """Returns the HTML of `text`."""
        return self.markdown.render(text)


if __name__ == "__main__":
    print(Prose().html(sys.argv[1]), end="")
