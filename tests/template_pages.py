"""A small Jekyll repository of pages that loops make, in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Mapping

CONFIG = """\
title: The Loom
url: https://example.org
baseurl: /loom
permalink: /:categories/:title.html
paginate: 2
collections:
  looms: {output: true}
"""


def post(title: str, body: str, **front_matter: str) -> str:
    keys = "".join(f"{key}: {value}\n" for key, value in front_matter.items())
    return f"---\ntitle: {title}\n{keys}---\n{body}\n"


POSTS: Mapping[str, str] = {
    "_posts/2023-05-04-warp.md": post(
        "Warp", "The *warp* is stretched.\n\nIt is the first.", tags="[red, blue]", author="ann",
        categories="cloth",
    ),
    "_posts/2024-01-02-weft.md": post(
        "Weft & more", "The weft of {{ site.title }} is woven, word by word, into it.\n\nThen rest.",
        tags="[red]", categories="cloth", featured="true",
    ),
    "_posts/2024-06-07-selvedge.md": post("Selvedge", "## An edge\n\nOf cloth.", author="ben"),
    "_posts/2025-01-01-twill.md": post("Twill", "A weave.", tags="[blue, Green things]"),
    "_looms/hand.md": post("Hand loom", "By hand.", order="2"),
    "_looms/power.md": post("Power loom", "By steam.", order="1"),
}  # fmt: skip

#: Pages by their files; the page of each stands at the same path.
PAGES: Mapping[str, str] = {
    "archive.md": """\
---
title: By year
---
{% for post in site.posts %}{% assign year = post.date | date: "%Y" %}{% if year != shown %}
## {{ year }}
{% assign shown = year %}{% endif %}
- [{{ post.title }}]({{ post.url | relative_url }}), {{ post.date | date: "%-d %B" }}
{% endfor %}
""",
    "by-tag.md": """\
---
title: By tag
---
{% assign tags = site.tags | sort %}
{% for tag in tags %}
## {{ tag[0] }} ({{ tag[1].size }})
{% for post in tag[1] %}
* {{ post.title }}
{% endfor %}
{% endfor %}
""",
    "table.md": """\
---
title: A table
---
| Title | Year |
|-------|------|
{% for post in site.posts -%}
| {{ post.title }} | {{ post.date | date: "%Y" }} |
{% endfor %}
""",
    "looms.md": """\
---
title: Looms
---
{% assign looms = site.looms | sort: "order" %}
{% for loom in looms %}
{{ forloop.index }}. {{ loom.title }}: {{ loom.excerpt | strip_html | strip }}
{% endfor %}
{% include count.md of=looms %}
""",
    "groups.html": """\
---
title: Groups
---
{% assign groups = site.posts | group_by: "author" %}
<dl>
{% for group in groups %}
  <dt>{{ group.name | default: "nobody" | capitalize }}</dt>
  {% for post in group.items %}
    <dd><a href="{{ site.baseurl }}{{ post.url }}">{{ post.title | escape }}</a></dd>
  {% endfor %}
{% endfor %}
</dl>
""",
    "posts.html": """\
---
title: All posts
---
<ul class="posts">
  {% for post in site.posts %}
    <li>
      <time datetime="{{ post.date | date_to_xmlschema }}">{{ post.date | date_to_string }}</time>
      <a href="{{ post.url | relative_url }}">{{ post.title | xml_escape }}</a>
      {{ post.excerpt }}
      {% if post.tags.size > 0 %}<i>{{ post.tags | join: ", " }}</i>{% endif %}
      {{ nothing_that_is_set }}
    </li>
  {% endfor %}
</ul>
""",
    "teasers.html": """\
---
title: Teasers
---
{% for post in site.posts limit: 3 %}
<h2>{{ post.title }}</h2>
<p>{{ post.content | strip_html | truncatewords: 5 }} ({{ post.content | number_of_words }})</p>
{% endfor %}
""",
    "featured.html": """\
---
title: Featured
where: cloth
---
{% for post in site.categories[page.where] %}
  {% if post.featured %}<b>{{ post.title }}</b>{% else %}{{ post.title }}{% endif %}
{% else %}
  None.
{% endfor %}
<p>{{ "*Made* on the -- loom" | markdownify | strip_html }}</p>
""",
    "welcome.html": """\
---
title: Welcome
---
<p>This page has more to say than the list of what is newest, and so it is a page of its own
and not a listing, whatever it asks for below these words.</p>
{% for post in paginator.posts %}<p>{{ post.title }}</p>{% endfor %}
""",
    "code.html": """\
---
title: Code
---
{% highlight ruby %}
puts "<b>"
{% endhighlight %}
<pre>{{ page.title }}</pre>
""",
    "whole.html": """\
---
title: A whole document
---
<!DOCTYPE html>
<html><head><title>Unseen</title></head>
<body class="x">
<p>{{ page.title }} with <a href="{{ "/posts.html" | relative_url }}">a link</a>.</p>
</body>
</html>
""",
}

INCLUDES: Mapping[str, str] = {"_includes/count.md": "There are {{ include.of.size }} of them.\n"}

FILES: Mapping[str, str] = {"_config.yml": CONFIG, **POSTS, **PAGES, **INCLUDES}

#: The same by what a build makes of them.
NAMES = tuple(f"{path.rpartition('.')[0]}.html" for path in PAGES)
