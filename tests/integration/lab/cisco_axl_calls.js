// Carries out AXL operations with npm's cisco-axl, one after the other. Standard input has JSON: {module, host, username,
// password, version, calls: [[method, argument, ...], ...]}; standard output gets a list of {value} or {error}.
const fs = require("fs");

async function main() {
  const job = JSON.parse(fs.readFileSync(0, "utf8"));
  const AxlService = require(job.module);
  const service = new AxlService(job.host, job.username, job.password, job.version);
  const results = [];
  for (const [method, ...given] of job.calls) {
    try {
      results.push({ value: await service[method](...given) });
    } catch (error) {
      results.push({ error: error instanceof Error ? error.message : error });
    }
  }
  process.stdout.write(JSON.stringify(results));
}

main();
