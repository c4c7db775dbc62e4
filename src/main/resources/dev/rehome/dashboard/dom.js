// Builds elements. A text is always a text: nothing here, and nothing that uses it, ever reads markup out of a string.

const SVG = "http://www.w3.org/2000/svg";

/** An element: h("button", { class: "quiet", on: { click: run } }, "Run"). Children may be nested lists; null and false are left out. */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** As h, of a drawing. */
export function s(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (key === "vars") {
      for (const [variable, text] of Object.entries(value)) {
        element.style.setProperty(variable, text);
      }
    } else if (key === "value" || key === "checked" || key === "disabled") {
      element[key] = value;
    } else {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** Puts these in place of what is in the element. */
export function replace(element, ...children) {
  element.replaceChildren(...flat(children));
}

/** Changes a text only if it is another one, so that nothing is read out twice. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
