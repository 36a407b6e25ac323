/* Shows what a link to an article leads to, and what a footnote says, beside the link: while a
   mouse or a pen rests on it, or the keyboard has come to it.  Never by touch, where the way to see
   an article is to go there.  Without this script, and wherever something fails, links are links. */

(() => {
  "use strict";

  const ARTICLE = "a[data-broadsheet-preview]";
  const NOTE = 'a[role="doc-noteref"][href^="#"]';
  const OPEN_AFTER = 300; // ms; a pointer that only crosses a link opens nothing
  const CLOSE_AFTER = 250; // ms; the way from the link to the preview
  const GAP = 8; // px between link and preview, and between preview and edges
  const HEIGHT = "28rem"; // at most; a longer note is scrolled
  /* What a preview must not have: what runs, loads, or can be focused. */
  const DROPPED = "script, style, link, iframe, object, embed, audio, video, form, button, input, select, textarea";

  if (!("popover" in HTMLElement.prototype)) return;

  const loaded = new Map(); // address of a file -> promise of what it shows, null for nothing
  const reducedData = matchMedia("(prefers-reduced-data: reduce)");
  let box = null; // the preview; there is one
  let link = null; // that it belongs to, or will
  let point = null; // where the pointer was, null for the keyboard
  let timer = 0;

  const linkOf = (target) =>
    target instanceof Element ? target.closest(`${ARTICLE}, ${NOTE}`) : null;
  const isOpen = () => box !== null && box.matches(":popover-open");
  const savesData = () => reducedData.matches || navigator.connection?.saveData === true;

  function after(delay, action) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  /* ---- what is shown ---- */

  /* Leave text and pictures: nothing that can be focused, and no id a second time. */
  function inert(content, base) {
    content.querySelectorAll(DROPPED).forEach((one) => one.remove());
    content.querySelectorAll("a, summary, label").forEach((one) => {
      const text = document.createElement("span");
      text.className = one.getAttribute("class") ?? "";
      text.append(...one.childNodes);
      one.replaceWith(text);
    });
    for (const one of content.querySelectorAll("*")) {
      for (const { name } of [...one.attributes]) {
        if (/^on|^(id|tabindex|accesskey|contenteditable|autofocus|name|usemap)$/.test(name)) {
          one.removeAttribute(name);
        }
      }
      if (one.hasAttribute("src")) one.src = new URL(one.getAttribute("src"), base).href;
      if (one instanceof HTMLImageElement) one.addEventListener("error", () => one.remove());
    }
    return content;
  }

  async function load(address) {
    const response = await fetch(address);
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const article = page.querySelector(".broadsheet-preview-of"); // not a host's page of errors
    return article && inert(document.importNode(article, true), response.url || address);
  }

  function ofArticle(from) {
    const address = new URL(from.dataset.broadsheetPreview, document.baseURI).href;
    if (!loaded.has(address)) {
      if (savesData()) return null;
      const found = load(address).catch(() => {
        loaded.delete(address); // the network may come back
        return null;
      });
      loaded.set(address, found);
    }
    return loaded.get(address);
  }

  function ofNote(from) {
    let id = from.getAttribute("href").slice(1);
    try {
      id = decodeURIComponent(id);
    } catch { /* a percent sign that is one */ }
    const note = document.getElementById(id);
    if (!note) return null;
    const content = document.createElement("div");
    content.className = "broadsheet-preview-note";
    content.lang = note.closest("[lang]")?.lang ?? "";
    content.append(...[...note.childNodes].map((one) => one.cloneNode(true)));
    const numbers = ':scope > .label, .backrefs, [role="doc-backlink"]';
    content.querySelectorAll(numbers).forEach((one) => one.remove());
    inert(content, document.baseURI);
    return content.textContent.trim() || content.querySelector("img, svg, math") ? content : null;
  }

  /* ---- where it is shown ---- */

  /* Of a link on two lines, the piece under the pointer. */
  function anchor() {
    const pieces = [...link.getClientRects()];
    const isAt = ({ top, bottom }) => point && top - 2 <= point.y && point.y <= bottom + 2;
    return pieces.find(isAt) ?? pieces[0] ?? link.getBoundingClientRect();
  }

  function place() {
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const rect = anchor();
    const above = rect.top - 2 * GAP, below = height - rect.bottom - 2 * GAP;
    box.style.maxBlockSize = HEIGHT;
    const isBelow = box.offsetHeight <= below || below >= above;
    box.style.maxBlockSize = `min(${HEIGHT}, ${Math.max(isBelow ? below : above, 0)}px)`;
    const isRightToLeft = getComputedStyle(link).direction === "rtl";
    const start = isRightToLeft ? rect.right - box.offsetWidth : rect.left;
    const left = Math.max(GAP, Math.min(start, width - GAP - box.offsetWidth));
    box.style.left = `${left}px`;
    box.style.top = `${isBelow ? rect.bottom + GAP : rect.top - GAP - box.offsetHeight}px`;
  }

  function make() {
    box = document.createElement("div");
    box.id = "broadsheet-preview";
    box.className = "broadsheet-preview";
    box.role = "tooltip";
    box.popover = "manual";
    box.tabIndex = -1; // what scrolls would be a stop of the keyboard
    box.addEventListener("mousedown", (event) => event.preventDefault()); // nor is it focused so
    document.body.append(box);
    new ResizeObserver(follow).observe(box); // pictures come later
  }

  async function open() {
    const wanted = link;
    const content = await (wanted.matches(ARTICLE) ? ofArticle(wanted) : ofNote(wanted));
    if (!content || wanted !== link || !wanted.isConnected) return;
    if (!box) make();
    box.replaceChildren(content);
    box.scrollTop = 0;
    box.showPopover();
    place();
    describe(wanted, true);
  }

  function describe(from, isShown) {
    const others = (from.getAttribute("aria-describedby") ?? "").split(/\s+/);
    const ids = others.filter((one) => one && one !== box.id);
    if (isShown) ids.push(box.id);
    if (ids.length) from.setAttribute("aria-describedby", ids.join(" "));
    else from.removeAttribute("aria-describedby");
  }

  function close() {
    clearTimeout(timer);
    if (isOpen()) {
      box.hidePopover();
      describe(link, false);
    }
    link = null;
  }

  function ask(from, at) {
    if (from === link) {
      if (isOpen()) clearTimeout(timer); // it was about to close
      return;
    }
    close();
    [link, point] = [from, at];
    after(OPEN_AFTER, open);
  }

  /* ---- what readers do ---- */

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const from = linkOf(event.target);
    if (from) ask(from, { y: event.clientY });
    else if (link && box?.contains(event.target)) clearTimeout(timer);
  });

  document.addEventListener("pointerout", (event) => {
    if (!link || event.pointerType === "touch" || link.matches(":focus-visible")) return;
    const to = event.relatedTarget;
    if (to instanceof Node && (link.contains(to) || box?.contains(to))) return;
    if (link.contains(event.target) || box?.contains(event.target)) {
      if (isOpen()) after(CLOSE_AFTER, close);
      else close();
    }
  });

  document.addEventListener("focusin", (event) => {
    const from = linkOf(event.target);
    if (from?.matches(":focus-visible")) ask(from, null);
  });

  document.addEventListener("focusout", (event) => {
    if (link && event.target === link) close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  }, true);

  document.addEventListener("pointerdown", (event) => {
    if (!box?.contains(event.target)) close();
  }, true);

  document.addEventListener("click", (event) => {
    if (!box?.contains(event.target)) close(); // by the keyboard, too
  }, true);

  function follow() {
    if (!isOpen()) return;
    const { top, bottom } = anchor();
    if (bottom < 0 || top > document.documentElement.clientHeight) close();
    else place();
  }

  document.addEventListener("scroll", (event) => {
    if (event.target !== box) follow();
  }, { capture: true, passive: true });
  window.addEventListener("resize", follow);
  window.addEventListener("pagehide", close); // or it stands there when a reader comes back
})();
