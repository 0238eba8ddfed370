// Puts the text of a chosen file into a field. Without script the field alone is there.
for (const group of document.querySelectorAll("[data-file-for]")) {
  const field = document.getElementById(group.dataset.fileFor);
  group.hidden = false;
  group.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (file) {
      field.value = await file.text();
      field.focus();
    }
  });
}
