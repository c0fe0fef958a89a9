// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// A small API to try Antiphon with. Host it from the window, or with
//
//     antiphon-cli serve examples/calculator.js
//
// and call it over JSON-RPC or XML-RPC on the same URL.

/** Adds two numbers.
 *  @param {int} a first summand
 *  @param {int} b second summand
 *  @returns {int} the sum */
rpc.method("math.add", (a, b) => a + b);

/** Subtracts the second number from the first.
 *  @param {int} minuend the number to subtract from
 *  @param {int} subtrahend the number to subtract
 *  @returns {int} the difference */
rpc.method("math.subtract", (minuend, subtrahend) => minuend - subtrahend);

/** Multiplies two numbers.
 *  @param {double} a first factor
 *  @param {double} b second factor
 *  @returns {double} the product */
rpc.method("math.multiply", (a, b) => a * b);

/** Divides two numbers.
 *  Dividing by zero is an error with code 1 and the dividend as data.
 *  @param {double} dividend the number to divide
 *  @param {double} divisor the number to divide by
 *  @returns {double} the quotient */
rpc.method("math.divide", (dividend, divisor) => {
    if (divisor === 0)
        throw rpc.error(1, "division by zero", { dividend });
    return dividend / divisor;
});

/** Mean, smallest and largest of some numbers.
 *  @param {array} numbers at least one number
 *  @returns {struct} mean, min, max and count */
rpc.method("stats.summary", numbers => {
    if (numbers.length === 0)
        throw rpc.error(2, "an empty list has no mean");
    const plain = numbers.map(Number);
    const fold = (f) => plain.reduce((a, b) => f(a, b));
    return { mean: fold((a, b) => a + b) / plain.length, min: fold((a, b) => Math.min(a, b)),
        max: fold((a, b) => Math.max(a, b)), count: plain.length };
});

/** Returns its argument unchanged, digit for digit.
 *  @param {any} value anything
 *  @returns {any} the same */
rpc.method("echo", value => value);

/** Greets somebody.
 *  @param {string} name whom to greet
 *  @param {string} [greeting] the word to greet with, "Hello" when left out
 *  @returns {string} the greeting */
rpc.method("text.greet", (name, greeting = "Hello") => `${greeting}, ${name}!`);

/** The days of a month.
 *  @param {int} year four digits
 *  @param {int} month 1 to 12
 *  @returns {array} a struct of date and weekday for each day */
rpc.method("calendar.month", (year, month) => {
    if (month < 1 || month > 12)
        throw rpc.error(3, "there are twelve months", { month });
    const names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const pad = n => String(n).padStart(2, "0");
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return Array.from({ length: days }, (_, i) => ({
        date: rpc.date(`${String(year).padStart(4, "0")}${pad(month)}${pad(i + 1)}T00:00:00`),
        weekday: names[new Date(Date.UTC(year, month - 1, i + 1)).getUTCDay()],
    }));
});
