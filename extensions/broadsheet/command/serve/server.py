"""The server: the files of the output, with a script in each page that keeps it up to date."""

from __future__ import annotations

import asyncio
import json
import time
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from broadsheet.command.serve.preview import Preview

#: Where no page of a site will ever be.
OWN = "/-/broadsheet"

NO_STORE = {"Cache-Control": "no-store"}

#: Seconds between two signs of life, by which a lost connection is noticed.
PULSE = 15


class Channel:
    """Wakes those who wait for news, until it is closed."""

    def __init__(self) -> None:
        self.closed = False
        self._news = asyncio.Event()

    def announce(self) -> None:
        """Wake all who wait."""
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """Wake all, for the last time."""
        self.closed = True
        self.announce()

    async def wait(self, seconds: float) -> bool:
        """Wait for news; return False where there were none in time."""
        news = self._news
        try:
            await asyncio.wait_for(news.wait(), seconds)
        except TimeoutError:
            return False
        return True


def application(preview: Preview, channel: Channel) -> Starlette:
    """Return the application that shows *preview* and passes on what *channel* announces."""
    here = files(__package__)
    script = (here / "reload.js").read_bytes()
    waiting = (here / "waiting.html").read_bytes()

    def reload(request: Request) -> Response:
        return Response(script, headers=NO_STORE, media_type="text/javascript")

    def page(request: Request) -> Response:
        path: str = request.scope["path"]
        moment = time.time_ns()  # before the file is read, or a change in between would be missed
        file = preview.file_at(path)
        if file is None and preview.file_at(f"{path}/"):
            return RedirectResponse(request.url.replace(path=f"{request.url.path}/"), 302, NO_STORE)
        shown = preview.shown_at(path)
        status = 200 if file else 404 if preview.built else 503
        if shown and not (_is_page(shown) and _is_navigation(request)):
            return FileResponse(preview.out / shown, status, NO_STORE)
        try:
            content = (preview.out / shown).read_bytes() if shown else waiting
        except OSError:  # a build has just removed it, and will say so
            content = waiting
        return HTMLResponse(with_script(content, shown, moment), status, NO_STORE)

    async def events(request: Request) -> Response:
        query = request.query_params
        moment = int(query["moment"]) if query.get("moment", "").isdecimal() else 0
        path, shown = unquote(query.get("path", "/")), query.get("file", "")

        async def stream() -> AsyncIterator[str]:
            yield "retry: 500\n\n"
            said = None
            while not channel.closed:
                status = preview.status(path, shown, moment)
                if status != said:
                    said = status
                    yield f"data: {json.dumps(status)}\n\n"
                while not await channel.wait(PULSE):
                    yield ": still here\n\n"

        return StreamingResponse(stream(), headers=NO_STORE, media_type="text/event-stream")

    return Starlette(
        routes=[
            Route(f"{OWN}/reload.js", reload),
            Route(f"{OWN}/events", events),
            Route("/{path:path}", page),
        ],
        # a page elsewhere that had its name point here would otherwise read the drafts
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


def with_script(page: bytes, shown: str, moment: int) -> bytes:
    """Return the *page* of the file *shown* with our script at the end of its body."""
    tag = (
        f'<script src="{OWN}/reload.js" data-file="{escape(shown)}" data-moment="{moment}">'
        "</script>"
    )
    end = page.lower().rfind(b"</body>")
    end = len(page) if end < 0 else end
    return page[:end] + tag.encode() + page[end:]


def _is_page(file: str) -> bool:
    return Path(file).suffix.lower() in {".html", ".htm"}


def _is_navigation(request: Request) -> bool:
    """Tell whether the browser is going to show the file, not a script to read it."""
    return request.headers.get("sec-fetch-dest", "document") in {"document", "iframe", "frame"}
