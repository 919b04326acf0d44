import { expect } from "chai";
import { readUnit, showUnit, unitOf, whyNoUnit } from "../../../core/service/unit";

describe("the name of a systemd unit", () => {
    for (const name of ["gitlab-runner", "gitlab-runner.service", "runner@ci_01", "a.b"]) {
        it(`${name} is one`, () => {
            expect(whyNoUnit(name)).to.equal(undefined);
            expect(unitOf(name)).to.equal(`${name.replace(/\.service$/, "")}.service`);
        });
    }
    const bad = [
        "",
        "-x",
        "--root=/x",
        "a b",
        "a;id",
        "$(id)",
        "a\nb",
        "a/b",
        "../x",
        "a..b",
        ".x",
        "@x",
        "größe",
        "a\\x2d",
    ];
    for (const name of [...bad, "gitlab-runner.timer", "x".repeat(250)]) {
        it(`${JSON.stringify(name).slice(0, 30)} is none, and gets into no command`, () => {
            expect(whyNoUnit(name)).to.match(/^must be /);
            expect(() => unitOf(name)).to.throw("service must be");
        });
    }
});

describe("what systemd says of a unit", () => {
    const seen = (load: string, active: string, sub: string, status = "0") =>
        readUnit(`ExecMainStatus=${status}\nLoadState=${load}\nActiveState=${active}\nSubState=${sub}\n`);

    it("is asked for without a pager", () => {
        expect(showUnit("x.service").join(" ")).to.equal(
            "systemctl show --no-pager --property=LoadState,ActiveState,SubState,ExecMainStatus x.service",
        );
    });

    it("tells one that runs from one that is stopped, that comes and goes, and that is not there", () => {
        const plain = { known: true, running: false, restarting: false, stopped: false, exitCode: 0 };
        expect(seen("loaded", "active", "running")).to.deep.equal({ ...plain, running: true });
        expect(seen("loaded", "inactive", "dead")).to.deep.equal({ ...plain, stopped: true });
        expect(seen("loaded", "failed", "failed", "1")).to.deep.equal({ ...plain, stopped: true, exitCode: 1 });
        expect(seen("loaded", "deactivating", "stop-sigterm")).to.deep.equal({ ...plain, stopped: true });
        expect(seen("loaded", "activating", "auto-restart", "1")).to.deep.equal({
            ...plain,
            restarting: true,
            exitCode: 1,
        });
        expect(seen("loaded", "activating", "start")).to.deep.equal(plain);
        expect(seen("not-found", "inactive", "dead")!.known).to.equal(false);
    });

    it("is nothing where systemd does not run", () => {
        expect(readUnit("System has not been booted with systemd as init system (PID 1). Can't operate.\n")).to.equal(
            undefined,
        );
    });
});
