// Shows the region's tracks in IGV. Calls and bases come from the page; of registered reads the parts that are drawn are fetched.
(() => {
  const place = document.getElementById("igv");
  const tracks = JSON.parse(document.getElementById("tracks").textContent);
  const inline = (text) => "data:text/plain;base64," + btoa(unescape(encodeURIComponent(text)));
  if (!tracks.fasta || !window.igv) return;
  const reads = tracks.reads.map((track) => ({
    type: "alignment", format: "bam", name: track.name, url: track.url, indexURL: track.index, height: 300, showCoverage: true,
  }));
  place.hidden = false;
  window.igv
    .createBrowser(place, {
      loadDefaultGenomes: false,
      reference: { id: "pack", fastaURL: inline(tracks.fasta), indexed: false, wholeGenomeView: false },
      locus: tracks.locus,
      showChromosomeWidget: false,
      tracks: [
        ...reads,
        { type: "variant", format: "vcf", name: "Family", url: inline(tracks.vcf), indexed: false, displayMode: "EXPANDED" },
        { type: "annotation", format: "bed", name: "Transcripts", url: inline(tracks.transcripts), indexed: false, displayMode: "EXPANDED" },
      ],
    })
    .then(() => {
      // IGV leaves the fields of its menus without a name; the words beside them are one.
      for (const field of (place.shadowRoot || place).querySelectorAll("input:not([aria-label]), select:not([aria-label])")) {
        field.setAttribute("aria-label", field.parentElement.textContent.trim() || field.name || "Track setting");
      }
      place.setAttribute("data-ready", "yes");
    })
    .catch((fault) => {
      place.hidden = true;
      console.error(fault);
    });
})();
