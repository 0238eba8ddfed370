// Tube after tube without a page between: each scan is sent to the same page, one after another, and the field is free at once.
// Without script the form does the same with a page between.
(() => {
  const form = document.getElementById("reception");
  const field = document.getElementById("barcode");
  const parts = ["reception-problems", "reception-said", "reception-list"];
  if (!form || !field || !window.fetch) return;
  const queue = [];
  let busy = false;

  const say = (text) => {
    const said = document.createElement("p");
    said.className = "gms-problem";
    said.textContent = text;
    document.getElementById("reception-said").replaceChildren(said);
  };
  const take = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const lines = page.getElementById("reception-lines");
    if (!lines) throw new Error("another page");
    document.getElementById("reception-lines").value = lines.value;
    for (const id of parts) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
  };
  const send = async (barcode) => {
    const fields = new URLSearchParams({ action: "scan", barcode, lines: document.getElementById("reception-lines").value });
    // A button is called `action`, so that the property of the form is that button.
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
    if (!answer.ok) throw new Error(String(answer.status));
    take(await answer.text());
  };
  const work = async () => {
    if (busy) return;
    busy = true;
    while (queue.length > 0) {
      const barcode = queue.shift();
      try {
        await send(barcode);
      } catch {
        // Nothing is received twice, so that whatever was not answered is scanned again.
        const rest = [barcode, ...queue.splice(0)].join(", ");
        say(`No answer for ${rest}: put these tubes aside and scan them again. If it happens again, open this page anew.`);
      }
    }
    busy = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const barcode = field.value;
    field.value = "";
    field.focus();
    if (barcode.trim() === "") return;
    queue.push(barcode);
    work();
  });
  // The last receipt is undone by a page of its own, once every scan is answered.
  document.addEventListener("submit", (event) => {
    if (event.target !== form && (busy || queue.length > 0)) event.preventDefault();
  });
})();
