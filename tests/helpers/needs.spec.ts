import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { findMissing } from "./needs";

describe("tests that need more than Node.js, Go and make", () => {
    let folder: string;
    const put = (...names: string[]) => {
        for (const name of names) fs.writeFileSync(path.join(folder, name), "");
    };
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "needs-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    it("run where everything is there", () => {
        put("docker", "busybox", "dockerd", "chromium", "python3");
        for (const need of ["docker", "chromium", "python"] as const)
            expect(findMissing(need, { PATH: folder }, true), need).to.equal(undefined);
    });

    it("say which program is missing and how to get it", () => {
        expect(findMissing("chromium", { PATH: folder }, true)).to.match(
            /^no chromium or google-chrome .*apt-get install/,
        );
        put("docker");
        expect(findMissing("docker", { PATH: folder }, true)).to.match(/^no busybox .*busybox-static/);
    });

    it("start a Docker engine only as root, unless DOCKER_HOST names one", () => {
        put("docker", "busybox");
        expect(findMissing("docker", { PATH: folder }, true)).to.match(/^no dockerd/);
        expect(findMissing("docker", { PATH: folder }, false)).to.match(/^no Docker engine: set DOCKER_HOST/);
        expect(findMissing("docker", { PATH: folder, DOCKER_HOST: "unix:///x" }, false)).to.equal(undefined);
    });
});
