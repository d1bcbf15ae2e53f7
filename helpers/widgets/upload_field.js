// A button that sends files in slices: the kernel asks for one after the other, so no message is too large
// for Jupyter, and a lost one is asked for again. Nothing of a file goes into the widget's state.
function render({ model, el }) {
  const input = document.createElement("input");
  const button = document.createElement("button");
  let selected = { id: 0, files: [] };

  const show = () => {
    const file = model.get("file_name");
    button.textContent = file || model.get("description");
    button.title = model.get("tooltip");
    button.setAttribute("aria-label", file ? `${model.get("description")}: ${file}` : model.get("description"));
  };
  const answer = async ({ id, file, at, length }) => {
    if (id !== selected.id) return;
    try {
      const source = selected.files[file];
      const slice = await source.slice(at, at + length).arrayBuffer();
      if (source.size && !slice.byteLength) throw new Error("the file became shorter");
      model.send({ kind: "slice", id, file, at }, undefined, [slice]);
    } catch {
      model.send({ kind: "unreadable", id });
    }
  };

  input.type = "file";
  input.accept = model.get("accept");
  input.multiple = model.get("multiple");
  input.hidden = true;
  input.onchange = () => {
    if (!input.files.length) return;
    selected = { id: Date.now(), files: [...input.files] };
    model.send({ kind: "selected", id: selected.id, files: selected.files.map(({ name, size }) => ({ name, size })) });
    input.value = ""; // the same file can be selected again, after a change
  };
  button.className = "jupyter-widgets jupyter-button widget-button sis-upload";
  button.onclick = () => input.click();
  model.on("change", show);
  model.on("msg:custom", answer);
  show();
  el.replaceChildren(button, input);
  return () => {
    model.off("change", show);
    model.off("msg:custom", answer);
  };
}

export default { render };
