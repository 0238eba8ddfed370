// Shows only the part of the form that the kind of request needs. Without script every part is there.
const kind = document.getElementById("kind");
const show = () => {
  for (const part of document.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind.value);
  }
};
kind.addEventListener("change", show);
show();
