// Papers are printed from the page: the PDF loads in a frame that nobody sees, the browser's print dialogue opens, and
// the print is counted. Where a browser cannot print a frame, and without this file, the link opens the PDF itself.
(() => {
  "use strict";
  let frame = null;

  // A slip that is no official paper has no address to be counted at.
  const counted = (address) => {
    if (address) window.htmx.ajax("POST", address, { target: "#documents", swap: "outerHTML" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-print-paper]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!navigator.pdfViewerEnabled) {
      counted(link.dataset.printPaper);
      return;
    }
    event.preventDefault();
    const address = link.dataset.printPaper;
    if (frame) frame.remove();
    frame = document.createElement("iframe");
    frame.className = "print-frame";
    frame.title = "打印";
    frame.addEventListener("load", () => {
      try {
        frame.contentWindow.focus();
        frame.contentWindow.print();
      } catch {
        window.open(link.href, "_blank", "noopener"); // a viewer that does not let itself be printed
      }
      // The frame took the focus for its dialogue; the clerk's next key belongs to the page again.
      frame.blur();
      window.focus();
      counted(address);
    });
    frame.src = link.href;
    document.body.append(frame);
  });
})();
