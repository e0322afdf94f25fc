// Switches on the NHS.UK components that need a script, on the staff pages.
import { initAll } from "./vendor/nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
