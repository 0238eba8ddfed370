// Shows the region's tracks in IGV. Everything comes from the page; nothing is fetched.
(() => {
  const place = document.getElementById("igv");
  const tracks = JSON.parse(document.getElementById("tracks").textContent);
  const inline = (text) => "data:text/plain;base64," + btoa(unescape(encodeURIComponent(text)));
  if (!tracks.fasta || !window.igv) return;
  place.hidden = false;
  window.igv
    .createBrowser(place, {
      loadDefaultGenomes: false,
      reference: { id: "pack", fastaURL: inline(tracks.fasta), indexed: false, wholeGenomeView: false },
      locus: tracks.locus,
      showChromosomeWidget: false,
      tracks: [
        { type: "variant", format: "vcf", name: "Family", url: inline(tracks.vcf), indexed: false, displayMode: "EXPANDED" },
        { type: "annotation", format: "bed", name: "Transcripts", url: inline(tracks.transcripts), indexed: false, displayMode: "EXPANDED" },
      ],
    })
    .then(() => place.setAttribute("data-ready", "yes"))
    .catch((fault) => {
      place.hidden = true;
      console.error(fault);
    });
})();
