// Drives headless Chromium through the steps that are given as JSON, and prints what came of each, a
// JSON value a line; the last line has what the page logged and asked the network for.
//
// Steps: {open: URL}, {size: [width, height]}, {dark: bool}, {value: EXPRESSION},
// {until: EXPRESSION, within: seconds}, {shot: PATH}, {type: TEXT}, {run: [PROGRAM, ARGUMENT…]}.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const profile = mkdtempSync(join(tmpdir(), "convoke-browser-"));
const browser = spawn("chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--hide-scrollbars", "--remote-debugging-pipe", `--user-data-dir=${profile}`,
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true });
// All of its processes are in its group.
const kill = () => { try { process.kill(-browser.pid, "SIGKILL"); } catch { /* gone */ } };

const waiting = new Map();
const logged = [], requests = [];
let number = 0, session, rest = "", whenLoaded = () => {};

const take = (message) => {
  if (message.id) {
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    return message.error ? reject(new Error(message.error.message)) : resolve(message.result);
  }
  const data = message.params;
  switch (message.method) {
    case "Page.loadEventFired": return whenLoaded();
    case "Network.requestWillBeSent": return requests.push(data.request.url);
    case "Runtime.consoleAPICalled":
      return logged.push(data.args.map((value) => value.value ?? value.description).join(" "));
    case "Runtime.exceptionThrown":
      return logged.push(data.exceptionDetails.exception?.description ?? data.exceptionDetails.text);
    case "Log.entryAdded": return logged.push(`${data.entry.text} ${data.entry.url ?? ""}`);
  }
};
browser.stdio[4].setEncoding("utf8").on("data", (text) => {
  const messages = (rest + text).split("\0");
  rest = messages.pop();
  messages.forEach((message) => take(JSON.parse(message)));
});
const call = (method, params = {}) => new Promise((resolve, reject) => {
  waiting.set(++number, { resolve, reject });
  browser.stdio[3].write(JSON.stringify({ id: number, method, params, sessionId: session }) + "\0");
});
const evaluate = async (expression) => {
  const answer = await call("Runtime.evaluate", {
    expression, returnByValue: true, awaitPromise: true,
  });
  if (answer.exceptionDetails) {
    throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
  }
  return answer.result.value ?? null;
};
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const perform = async (step) => {
  if (step.open) {
    const loaded = new Promise((resolve) => { whenLoaded = resolve; });
    await call("Page.navigate", { url: step.open });
    await loaded;
    return await evaluate("document.title");
  }
  if (step.size) {
    const [width, height] = step.size;
    return await call("Emulation.setDeviceMetricsOverride", {
      width, height, deviceScaleFactor: 1, mobile: false,
    });
  }
  if (step.dark !== undefined) {
    const value = step.dark ? "dark" : "light";
    return await call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value }],
    });
  }
  if (step.value) return await evaluate(step.value);
  if (step.until) {
    const end = Date.now() + (step.within ?? 30) * 1000;
    while (Date.now() < end) {
      if (await evaluate(step.until).catch(() => false)) return true;
      await pause(20);
    }
    return false;
  }
  if (step.run) {
    const [program, ...words] = step.run;
    return execFileSync(program, words, { encoding: "utf8", stdio: "pipe", timeout: 60_000 });
  }
  if (step.type) return await call("Input.insertText", { text: step.type });
  if (step.shot) {
    const { data } = await call("Page.captureScreenshot", { captureBeyondViewport: !!step.whole });
    writeFileSync(step.shot, Buffer.from(data, "base64"));
    return step.shot;
  }
  throw new Error(`no such step: ${JSON.stringify(step)}`);
};

const limit = setTimeout(() => { kill(); process.exit(3); }, 100_000);
try {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  session = (await call("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Network", "Log"]) await call(`${domain}.enable`);
  for (const step of JSON.parse(process.argv[2])) {
    console.log(JSON.stringify(await perform(step)));
  }
  console.log(JSON.stringify({ logged, requests }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  clearTimeout(limit);
  const ended = new Promise((resolve) => browser.on("exit", resolve));
  kill();
  await ended;
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
