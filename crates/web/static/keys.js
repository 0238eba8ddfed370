// Help by keyboard, and the folded menu of a narrow screen. Every page works without it.
(() => {
  const field = document.getElementById("find");
  const menu = document.querySelector(".gms-header__menu");
  const list = document.getElementById("menu");

  if (menu && list) {
    menu.hidden = false;
    list.classList.add("gms-header__nav--folded");
    menu.addEventListener("click", () => {
      const open = menu.getAttribute("aria-expanded") !== "true";
      menu.setAttribute("aria-expanded", String(open));
      list.classList.toggle("gms-header__nav--folded", !open);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.getAttribute("aria-expanded") === "true") {
        menu.click();
        menu.focus();
      }
    });
  }

  // Keys of one character can be turned off, for those who dictate (WCAG 2.1.4).
  const isOff = () => localStorage.getItem("keys") === "off";
  const change = document.getElementById("keys-change");
  if (change) {
    const label = () => (change.textContent = isOff() ? "Turn the shortcuts on" : "Turn the shortcuts off");
    change.hidden = false;
    change.addEventListener("click", () => {
      localStorage.setItem("keys", isOff() ? "on" : "off");
      label();
    });
    label();
  }

  // The link that a row is about: the one that says so, else its first.
  const main = (row) => row.querySelector("a[data-main]") || row.querySelector("a[href]");
  const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("a[href]"));
  // The row that is open beside its list is where the keys go on from.
  let chosen = rows().findIndex((row) => row.getAttribute("aria-current") === "true");
  const choose = (step) => {
    const all = rows();
    if (all.length === 0) return;
    chosen = Math.min(Math.max(chosen + step, 0), all.length - 1);
    main(all[chosen]).focus();
  };
  const keys = {
    "/": () => field && (field.focus(), field.select()),
    "?": () => field && location.assign("/glossary#keys"),
    j: () => choose(1),
    k: () => choose(-1),
    x: () => {
      const box = chosen >= 0 && rows()[chosen].querySelector("input[type=checkbox]");
      if (box) box.click();
    },
    o: () => chosen >= 0 && main(rows()[chosen]).click(),
  };
  // What is open beside a list is marked in it, and is where the keys go on from.
  document.addEventListener("click", (event) => {
    const row = event.target.closest(".gms-beside tbody a[href]")?.closest("tr");
    if (!row) return;
    document.querySelectorAll(".gms-beside tr[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    chosen = rows().indexOf(row);
  });
  // A link that has a key of its own, such as `n` for the next case.
  const linked = (key) => [...document.querySelectorAll("a[data-key]")].find((link) => link.dataset.key === key);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || isOff() || event.ctrlKey || event.metaKey || event.altKey) return;
    const link = keys[event.key] ? null : linked(event.key);
    if (!keys[event.key] && !link) return;
    event.preventDefault();
    if (!link) return keys[event.key]();
    link.click();
    // A link within the page leads to a control, which gets the focus as well.
    if (link.dataset.focus) document.querySelector(link.dataset.focus)?.focus();
  });
})();
