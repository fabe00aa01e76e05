// Keeps an open page fresh: when a timeline changes, the page is asked for again and only what differs is replaced.
"use strict";
(() => {
  const stream = document.getElementById("stream");
  const told = document.getElementById("told");
  if (!stream || !window.EventSource) return;
  let version = stream.dataset.version;
  let asking = false;

  function patch(old, fresh) {
    for (const open of old.querySelectorAll("details[open]")) {
      const same = fresh.querySelector("#" + CSS.escape(open.id));
      if (same) same.open = true;
    }
    const standing = new Map([...old.children].map((child) => [child.id, child]));
    let place = old.firstElementChild;
    for (const child of [...fresh.children]) {
      const same = standing.get(child.id);
      if (same && same.isEqualNode(child)) {
        if (same === place) place = place.nextElementSibling;
        else old.insertBefore(same, place);
      } else {
        if (!same) child.classList.add("fresh");
        old.insertBefore(child, place);
        if (same) {
          if (same === place) place = place.nextElementSibling;
          same.remove();
        }
      }
      standing.delete(child.id);
    }
    for (const gone of standing.values()) gone.remove();
  }

  async function refresh(wanted) {
    if (asking || wanted === version) return;
    asking = true;
    try {
      const answer = await fetch(location.href.split("#")[0], { cache: "no-cache" });
      if (answer.status === 404) return location.reload();
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("stream");
      if (!fresh) return;
      const before = stream.innerHTML;
      patch(stream, fresh);
      version = stream.dataset.version = fresh.dataset.version;
      if (stream.innerHTML !== before) told.textContent = fresh.dataset.told;
    } catch {
      // The next change tries again.
    } finally {
      asking = false;
      if (latest !== version && latest !== wanted) refresh(latest);
    }
  }

  let latest = version;
  const events = new EventSource("/events");
  events.addEventListener("version", (event) => {
    latest = event.data;
    refresh(latest);
  });
})();
