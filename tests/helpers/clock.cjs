// Loaded into every Node.js process of an `up` (NODE_OPTIONS): moves its clock by as many milliseconds as the environment
// says. What waits (timers) is left alone.
"use strict";
const shift = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const realNow = Date.now;
const now = () => realNow() + shift;

Date.now = now;
globalThis.Date = new Proxy(Date, {
    apply: (real) => new real(now()).toString(),
    construct: (real, parts, target) => Reflect.construct(real, parts.length === 0 ? [now()] : parts, target),
});
