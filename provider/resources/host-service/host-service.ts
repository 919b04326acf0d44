import { error, type Problem } from "../../../core/problems";
import { type Props, pick, sameValue, textOf, UNKNOWN, type Value } from "../../../core/props";
import { dropInOf } from "../../../core/service/drop-in";
import { unitOf, whyNoUnit } from "../../../core/service/unit";
import { parseRange } from "../../../core/service/version";
import { show } from "../../../core/values";
import type { Machine } from "../../../hosts/machine";
import { HostProblem } from "../../../hosts/ssh/problems";
import { type Comparison, compare } from "../../compare";
import { type Call, PartialFailure, settled } from "../../handler";
import { hostIn, isSameAddress, problemsOfDirectory, withPlainDirectory } from "../manager-place/ssh";
import { type DropIn, removeDropIn, wantedDropIn, writeDropIn } from "./drain";
import {
    installPlugins,
    lookAtService,
    nameOf,
    type Service,
    waitUntilLoaded,
    warnOfVersion,
    warnOfVersionInGitLab,
} from "./process";

const COMPARISONS: Record<string, Comparison> = {
    directory: {},
    ssh: { absent: {} },
    unit: {},
    configHash: {},
    stopTimeout: { absent: 0 },
    version: { absent: "" },
    fleetingInstall: { absent: false },
};
const TIMEOUT = 60;
/** In seconds. systemd counts in microseconds, gitlab-runner in nanoseconds: a year fits into both. */
const LONGEST_STOP = 365 * 24 * 3600;

/**
 * The systemd service whose gitlab-runner reads a manager's files: waits until it has loaded them, and makes sure that
 * its jobs can finish when somebody stops it. Never starts, stops or restarts it.
 */
export const hostService = settled({
    check: (news) => [...problemsOfDirectory(news), ...problemsOf(news)],
    normal: withPlainDirectory,

    async diff(call, existing, inputs) {
        await warnOfVersionInGitLab(call, inputs, existing.state.runnerVersion);
        return compare(COMPARISONS, existing, inputs);
    },

    idOf: (_call, inputs) => serviceAt(inputs),
    // The id stays that of the first service if another one reads the files later.
    thing: serviceAt,

    async settle(call, inputs, preview, before) {
        const state = before ?? {};
        if (preview) return foretell(call, state, inputs);
        let done: Props = known(state);
        try {
            const service = serviceIn(inputs);
            const directory = String(inputs.directory);
            const seen = await lookAtService(service, directory);
            done = { ...done, ...(await settleDropIn(call, service, state, inputs)) };
            if (inputs.fleetingInstall === true) await installPlugins(call.log, service, directory);
            const wanted = textOf(inputs.version);
            if (wanted !== undefined) warnOfVersion(call.log, service.host, seen.version, wanted);
            const limits = { quiet: inputs.quiet === true, timeout: Number(inputs.timeout ?? TIMEOUT) };
            await waitUntilLoaded(call.log, service, seen, limits);
            if (seen.version !== undefined) done.runnerVersion = seen.version;
            if (before === undefined) await warnOfVersionInGitLab(call, inputs, done.runnerVersion);
            return { ...kept(inputs), ...done, loadedAt: new Date().toISOString() };
        } catch (error) {
            const reason = `HostService "${call.name}": ${(error as Error).message}`;
            // What was written must stay in the state; what was not loaded stays a difference.
            if (done.dropIn === state.dropIn && done.dropInHash === state.dropInHash) throw new Error(reason);
            const { configHash = "", loadedAt = "" } = state;
            throw new PartialFailure(serviceAt(inputs), { ...kept(inputs), ...done, configHash, loadedAt }, reason);
        }
    },

    async delete(call, _id, state) {
        const dropIn = dropInIn(state);
        if (dropIn === undefined) return;
        try {
            await withdraw(call, state, dropIn);
        } catch (error) {
            if (!(error instanceof HostProblem)) throw error;
            throw new Error(
                `HostService "${call.name}": ${error.message} ${dropIn.path} was not removed. If the host comes back, run it again then. ` +
                    "If it is gone for good, let the state go of it: pulumi state delete <URN> (pulumi stack --show-urns lists it).",
            );
        }
    },
});

function serviceAt(props: Props): string {
    const { host, unit } = serviceIn(props);
    return host.at(unit);
}

/** The state that a preview predicts, without contacting a host. */
function foretell(call: Call, state: Props, inputs: Props): Props {
    const { stopTimeout, unit, ssh } = inputs;
    if (typeof unit === "string" && typeof stopTimeout === "number" && stopTimeout !== state.stopTimeout) {
        const where = ssh === undefined ? "this machine" : nameOf(hostIn(inputs));
        call.log.info(
            `up writes ${dropInOf(unitOf(unit)).path} on ${where}: systemctl stop lets jobs end, for ${stopTimeout} s at most.`,
        );
    }
    return { ...kept(inputs), ...known(state), loadedAt: UNKNOWN };
}

/** Writes the drop-in if it is wanted and differs from the state's, and removes the one that it replaces. */
async function settleDropIn(call: Call, service: Service, state: Props, inputs: Props): Promise<Props> {
    const seconds = typeof inputs.stopTimeout === "number" ? inputs.stopTimeout : undefined;
    const owner = `${call.owner}/${call.name}`;
    const old = dropInIn(state);
    const wanted = seconds === undefined ? undefined : wantedDropIn(service, owner, seconds);
    const sameHost = isSameHost(state, inputs);
    if (sameValue(old, wanted) && (sameHost || old === undefined)) return {};
    const { machine } = await service.host.look(String(inputs.directory), []);
    if (seconds !== undefined) await writeDropIn(service, owner, seconds);
    const isReplaced = wanted?.path === old?.path && (sameHost || isMachine(state, machine));
    if (old !== undefined && !isReplaced) {
        await withdraw(call, state, old).catch((error: unknown) => {
            if (sameHost || !(error instanceof HostProblem)) throw error;
            call.log.warn(`${error.message} ${old.path} stays there.`);
        });
    }
    const at = wanted === undefined ? undefined : machine;
    return { dropIn: wanted?.path, dropInHash: wanted?.hash, host: at?.host, machine: at?.id };
}

/** Removes a drop-in from where the state knows it to be. */
function withdraw({ log }: Call, state: Props, dropIn: DropIn): Promise<void> {
    // The host at an address is that host, even if the machine was replaced.
    return removeDropIn(
        log,
        serviceIn(state),
        dropIn,
        (machine) => state.ssh !== undefined || isMachine(state, machine),
    );
}

function isSameHost(state: Props, inputs: Props): boolean {
    if (state.ssh === undefined || inputs.ssh === undefined) return state.ssh === inputs.ssh;
    return isSameAddress(state.ssh, inputs.ssh);
}

/** Whether a machine is the state's, by its id, otherwise by its name. */
function isMachine(state: Props, machine: Machine): boolean {
    if (state.machine !== undefined && machine.id !== undefined) return state.machine === machine.id;
    return state.host === machine.host;
}

function serviceIn(props: Props): Service {
    return { host: hostIn(props), unit: unitOf(String(props.unit)) };
}

function dropInIn({ dropIn, dropInHash }: Props): DropIn | undefined {
    const [path, hash] = [textOf(dropIn), textOf(dropInHash)];
    return path === undefined || hash === undefined ? undefined : { path, hash };
}

function kept(inputs: Props): Props {
    return pick(inputs, Object.keys(COMPARISONS));
}

function known(state: Props): Props {
    return pick(state, ["dropIn", "dropInHash", "host", "machine", "runnerVersion"]);
}

function problemsOf({ unit, version, timeout, stopTimeout }: Props): Problem[] {
    const failures: Problem[] = [];
    const fail = (property: string, what: string, got: Value) =>
        failures.push(error(property, `${what} (got ${show(got)}). Correct it.`));
    const why = typeof unit === "string" ? whyNoUnit(unit) : undefined;
    if (why !== undefined) fail("unit", why, unit!);
    if (typeof version === "string" && parseRange(version) === undefined)
        fail("version", "must be a range such as >=19 or >=18.5 <20", version);
    if (typeof timeout === "number" && !(timeout >= 1)) fail("timeout", "must be at least 1 second", timeout);
    if (typeof stopTimeout === "number" && !(stopTimeout >= 1 && stopTimeout <= LONGEST_STOP))
        fail("stopTimeout", `must be between 1 and ${LONGEST_STOP} seconds`, stopTimeout);
    return failures;
}
