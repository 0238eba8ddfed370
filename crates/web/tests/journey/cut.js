const found = [];
const beyond = document.documentElement.scrollWidth - window.innerWidth;
if (beyond > 1) found.push(`scrolls sideways by ${beyond} pixels`);
for (const cell of document.querySelectorAll('td, th')) {
  if (!cell.checkVisibility()) continue;
  const more = cell.scrollWidth - cell.clientWidth;
  if (more > 1) found.push(`a cell is cut off by ${more} pixels: ${cell.innerText.trim().slice(0, 60)}`);
}
return found;
