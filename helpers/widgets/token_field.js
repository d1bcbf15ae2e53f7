// A password field that sends its text as a message once it is complete, and is empty from then on. A message
// keeps its place before a click that follows it, and what the kernel changes never wipes what is being typed.
function render({ model, el }) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const show = () => { input.placeholder = model.get("placeholder"); };

  label.className = "widget-label";
  label.style.width = "100%";
  label.append(Object.assign(document.createElement("span"), { textContent: model.get("description") }), input);
  el.classList.add("widget-text", "sis-token");
  Object.assign(input, { type: "password", autocomplete: "off", spellcheck: false });
  input.onkeydown = event => event.stopPropagation(); // keys are no shortcuts of the notebook here
  input.onchange = () => {
    if (!input.value) return;
    model.send({ kind: "token", token: input.value });
    input.value = "";
  };
  model.on("change:placeholder", show);
  show();
  el.replaceChildren(label);
  return () => model.off("change:placeholder", show);
}

export default { render };
