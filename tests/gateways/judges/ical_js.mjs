// Prints what ical.js (the engine of Thunderbird) shows of a calendar:
// node ical_js.mjs PATH-TO-ICAL.JS FILE → sorted list of [start, end, summary, status].
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [, , engine, file] = process.argv;
const { default: ICAL } = await import(pathToFileURL(engine));
ICAL.design.strict = true;
const root = new ICAL.Component(ICAL.parse(fs.readFileSync(file, "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const shown = root.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return [
    event.startDate.toJSDate().toISOString(),
    event.endDate.toJSDate().toISOString(),
    event.summary,
    component.getFirstPropertyValue("status") || "",
  ];
});
console.log(JSON.stringify(shown));
