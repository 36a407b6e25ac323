// Reloads the page when a build has changed it, and says how builds went.
"use strict";
(() => {
  const script = document.currentScript;
  script.remove(); // the page is as it was built
  if (window !== window.top) return; // the page around this one will reload
  const { file, moment } = script.dataset;
  const events = new URL("events", script.src);
  events.search = new URLSearchParams({ path: location.pathname, file, moment });

  // What a reload is to keep: where the reader is, and whether the list of warnings is open.
  const KEY = `broadsheet:${location.pathname}`;
  const wasOpen = restore();

  function restore() {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY));
      sessionStorage.removeItem(KEY);
    } catch {
      return false; // storage is forbidden
    }
    if (!kept) return false;
    let moved = false;
    const stop = () => (moved = true);
    const own = ["wheel", "touchstart", "keydown", "pointerdown"];
    own.forEach((name) => addEventListener(name, stop, { once: true, passive: true }));
    const scroll = () => {
      if (!moved) window.scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    };
    const settle = () => {
      scroll();
      history.scrollRestoration = "auto";
      own.forEach((name) => removeEventListener(name, stop));
    };
    scroll(); // before the first paint
    // again once the images have their sizes, and after the browser has gone to a #fragment
    if (document.readyState === "complete") settle();
    else addEventListener("load", () => requestAnimationFrame(settle), { once: true });
    return kept.open;
  }

  function reload() {
    disconnect();
    const kept = { x: scrollX, y: scrollY, open: Boolean(shadow?.querySelector("details[open]")) };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
      history.scrollRestoration = "manual";
    } catch {
      // the browser's own memory of the position will do
    }
    location.reload();
  }

  // A browser has six connections for all tabs of a site: a hidden page gives up its own.
  let source, retry;
  function connect() {
    if (source || document.hidden) return;
    clearTimeout(retry);
    source = new EventSource(events);
    source.onmessage = ({ data }) => {
      const status = JSON.parse(data);
      if (status.reload) reload();
      else show(status);
    };
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return; // it tries again by itself
      disconnect();
      retry = setTimeout(connect, 1000);
    };
  }
  function disconnect() {
    source?.close();
    source = undefined;
  }
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);

  const STYLE = `
    :host { all: initial; }
    @media print { :host { display: none; } }
    * { box-sizing: border-box; }
    section, details {
      position: fixed; z-index: 2147483647;
      color: light-dark(#1d1d1f, #f2f2f2); background: light-dark(#fff, #222326);
      font: 15px/1.45 system-ui, sans-serif; box-shadow: 0 2px 16px #0006;
    }
    section {
      inset: auto 0 0; max-height: min(60vh, 36rem); display: flex; flex-direction: column;
      gap: .5rem; padding: .75rem max(1rem, env(safe-area-inset-left)) 1rem;
      border-top: 4px solid light-dark(#b3151d, #ff6b6b);
    }
    header { display: flex; align-items: start; gap: 1rem; }
    h2 { flex: 1; margin: 0; font-size: 1.1em; color: light-dark(#b3151d, #ff8a8a); }
    p { margin: 0; }
    pre, ol { overflow: auto; margin: 0; overscroll-behavior: contain; }
    pre, li {
      font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
      white-space: pre-wrap; overflow-wrap: anywhere;
    }
    pre { padding: .75rem; background: light-dark(#f5f2f2, #17181a); }
    button {
      font: inherit; color: inherit; background: none; padding: .15rem .75rem; cursor: pointer;
      border: 1px solid currentcolor; border-radius: 4px;
    }
    :focus-visible { outline: 3px solid light-dark(#0a58ca, #8ab4ff); outline-offset: 1px; }
    details { left: 12px; bottom: 12px; max-width: calc(100vw - 24px); border-radius: 8px; }
    details[open] { width: 44rem; }
    summary {
      padding: .3rem .75rem; border-radius: 8px; cursor: pointer; font-size: 13px;
      color: light-dark(#6b4500, #ffd27a);
    }
    ol { max-height: 50vh; padding: 0 1rem .75rem 2.5rem; }
    li + li { margin-top: .4rem; }`;

  // In a tree of its own, outside the body: no style of the page touches it, nor it the page.
  let host, shadow;
  function show(status) {
    if (!host) {
      if (!status.failed && !status.count) return;
      host = document.createElement("broadsheet-preview");
      shadow = host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
      document.documentElement.append(host);
    }
    // Furo notes there which of the two the reader has chosen
    const theme = document.body?.dataset.theme;
    host.style.colorScheme = theme === "light" || theme === "dark" ? theme : "light dark";
    const open = shadow.querySelector("details")?.open ?? wasOpen;
    shadow.replaceChildren();
    if (status.failed) shadow.append(failure(status.error));
    else if (status.count) shadow.append(badge(status.warnings, status.count, open));
  }

  function failure(error) {
    const close = element("button", { type: "button" }, "Dismiss");
    const section = element(
      "section",
      { role: "alert" },
      element("header", {}, element("h2", {}, "The build failed"), close),
      file ? element("p", {}, "What you see is the last page that could be built.") : "",
      element("pre", { tabindex: "0", "aria-label": "What went wrong" }, error),
    );
    close.onclick = () => section.remove();
    section.onkeydown = ({ key }) => key === "Escape" && section.remove();
    return section;
  }

  function badge(warnings, count, open) {
    const items = warnings.map((text) => element("li", {}, text));
    if (count > items.length) items.push(element("li", {}, `and ${count - items.length} more`));
    const summary = element("summary", {}, count === 1 ? "1 warning" : `${count} warnings`);
    const list = element("ol", { tabindex: "0", "aria-label": "Warnings of the build" }, ...items);
    const details = element("details", {}, summary, list);
    details.open = open;
    return details;
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  connect();
})();
