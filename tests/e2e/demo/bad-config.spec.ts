import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";

const broken = `config:
  gitlab-fleet:runners:
    docker-small:
      scope: { group: apps, project: apps/etl }
      tgas: [docker]
      config: { executor: shell }
    no-tags:
      scope: { group: apps }
      runUntagged: false
      maximumTimeout: 60
      config: { executor: shell }
  gitlab-fleet:managers:
    ci-01:
      placement: { directory: /tmp/one }
      runners: [docker-smal]
      config: { concurrent: 4 }
    ci-02:
      placement: { directory: /tmp/one }
      runners: [no-tags]
      config: { concurent: 4 }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [containers/poetry] } }
`;

describe("a stack config with mistakes", () => {
    let engine: Engine;

    before(async () => {
        engine = await startEngine({ config: () => broken });
    });
    after(() => engine.close());

    it("is refused at preview with all mistakes at once, each with its path, before any request", async () => {
        const result = await engine.stack.run(["preview"]);
        expect(result.code).to.not.equal(0);
        for (const words of [
            /docker-small.*tgas.*tags/s,
            /docker-small.*scope/s,
            /no-tags.*runUntagged/s,
            /no-tags.*maximumTimeout.*600/s,
            /docker-smal\b.*docker-small/s,
            /\/tmp\/one/,
            /concurent.*concurrent/s,
            /containers\/poetry/,
        ]) {
            expect(result.output).to.match(words);
        }
        expect(result.output, "no stack trace").to.not.match(/^\s+at .+\(.+:\d+:\d+\)/m);
        expect(engine.sandbox.journal.count(), "requests").to.equal(0);
    });

    it("is refused when the token is a runner registration token, without showing it", async () => {
        const token = "GR1348941secretsecretsecret";
        engine.stack.setConfig(
            "config:\n  gitlab-fleet:runners:\n    a: { scope: { group: apps }, config: { executor: shell } }\n",
        );
        const result = await engine.stack.run(["preview"], { env: { GITLAB_TOKEN: token } });
        expect(result.code).to.not.equal(0);
        expect(result.output).to.match(/registration token/);
        expect(result.output).to.not.include(token);
        expect(engine.sandbox.journal.count(), "requests").to.equal(0);
    });
});
