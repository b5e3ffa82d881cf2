// A prediction question: radio buttons in a named group, and the reason for the chosen one.

let groups = 0; // radio buttons of one view share a name no other view has

function choiceRow(choice, name, pick) {
  const row = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "radio", name });
  input.dataset.lmSuppressShortcuts = "true"; // or JupyterLab's arrow keys leave the cell
  const text = document.createElement("span");
  text.innerHTML = choice.text;
  input.addEventListener("change", pick);
  row.append(input, text);
  return row;
}

function render({ model, el }) {
  const choices = model.get("choices");
  const group = document.createElement("fieldset");
  const legend = document.createElement("legend");
  const reply = document.createElement("div");
  const name = `course-quiz-${groups++}`;
  group.className = "course-quiz";
  legend.innerHTML = `<b>Predict.</b> ${model.get("question")}`;
  reply.className = "reply";
  reply.setAttribute("role", "status"); // read aloud when it changes

  const rows = choices.map((choice, index) =>
    choiceRow(choice, name, () => {
      model.set("chosen", index);
      model.save_changes();
    }),
  );

  function answer() {
    const index = model.get("chosen");
    rows.forEach((row, at) => {
      row.classList.toggle("chosen", at === index);
      row.querySelector("input").checked = at === index;
    });
    if (index < 0) return;
    const { right, reason } = choices[index];
    reply.classList.toggle("right", right);
    reply.innerHTML = `<b>${right ? "✓ Right." : "✗ Not this one."}</b> ${reason}`;
  }

  model.on("change:chosen", answer);
  group.append(legend, ...rows, reply);
  el.append(group);
  answer();
  return () => model.off("change:chosen", answer);
}

export default { render };
