// @ts-check
/* How numbers are written where the server does not write them. */
(function () {
  "use strict";

  /* Four significant digits without trailing zeros; "" where there is no value. */
  const significant = (value) =>
    value === null || value === undefined ? "" : String(Number(value.toPrecision(4)));

  /* A size in millions of bytes, one decimal. */
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  /* A share as a whole number of percent. */
  const percent = (share) => String(Math.round(share * 100));

  /* A line through the values that are there (a gap stays a gap), inside a box of wide by tall;
     `last` is the place of the last value. */
  function sparkline(values, wide, tall) {
    const known = values.filter((one) => one !== null);
    const low = Math.min(...known), high = Math.max(...known);
    const x = (i) => (values.length < 2 ? wide / 2 : 3 + (i / (values.length - 1)) * (wide - 6));
    const y = (one) => (high === low ? tall / 2 : tall - 4 - ((one - low) / (high - low)) * (tall - 8));
    let path = "", pen = false;
    values.forEach((one, i) => {
      if (one !== null) path += (pen ? "L" : "M") + x(i).toFixed(1) + "," + y(one).toFixed(1);
      pen = one !== null;
    });
    const at = values.length - 1 - [...values].reverse().findIndex((one) => one !== null);
    return { known, path, last: { x: x(at), y: y(values[at]) } };
  }

  window.cutline.numbers = { significant, megabytes, percent, sparkline };
})();
