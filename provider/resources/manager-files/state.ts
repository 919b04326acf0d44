import { defined, mapIn, type Props, textOf, UNKNOWN, type Value } from "../../../core/props";
import type { Machine } from "../../../hosts/machine";
import type { Call } from "../../handler";
import { type DirectoryPlace, placeFrom } from "../manager-place/place";
import { pathsIn } from "../manager-place/sight";
import { isSameAddress } from "../manager-place/ssh";

/** The directory, and where the state knows it to be; a state from before there were places knows only the host. */
export function placeOf(call: Call, inputs: Props, state: Props = {}): DirectoryPlace {
    const place = placeFrom(inputs, ownerOf(call));
    const { directory, host, machine, placeId, systemId, configToml, sharedBetweenMachines } = state;
    // A new directory on a host is wherever its address leads, which its ManagerPlace has reached.
    if (host === undefined) return { ...place, addressed: place.host.remote };
    return {
        ...place,
        was: textOf(directory),
        addressed: isSameAddress(state.ssh, inputs.ssh),
        place: textOf(placeId) ?? place.place,
        on: { host: String(host), id: textOf(machine) },
        shared: place.shared || sharedBetweenMachines === true,
        systemId: textOf(systemId),
        configToml: textOf(configToml),
    };
}

export function ownerOf(call: Call): string {
    return `${call.owner}/${call.name}`;
}

export function placeIdOf({ place }: Props): string | undefined {
    return textOf(mapIn(place).id);
}

export function toState(call: Call, inputs: Props, directoryCreated: Props[string], on: Machine | undefined): Props {
    const { directory, ssh, configToml, systemId, settings, sharedBetweenMachines, onDestroy } = inputs;
    const configPath = typeof directory === "string" ? pathsIn(placeOf(call, inputs)).config : UNKNOWN;
    const host: Value = on?.host ?? UNKNOWN;
    return {
        ...{ directory, configToml, systemId, configPath, host, directoryCreated, owner: ownerOf(call) },
        ...defined({ ssh, machine: on?.id, placeId: placeIdOf(inputs), settings, sharedBetweenMachines, onDestroy }),
    };
}

/**
 * `/etc/gitlab-runner` on this machine, `ssh://ci@vm-01:2222/etc/gitlab-runner` on another: identifies the directory.
 */
export function idOf({ host, directory }: DirectoryPlace): string {
    return host.remote ? `ssh://${host.at(directory).replace(`:${directory}`, directory)}` : directory;
}

/** Parses the id of an import. */
export function parseId(id: string): Props {
    const [, address, directory] = /^(ssh:\/\/[^/]+)(\/.*)$/s.exec(id) ?? [];
    return address === undefined ? { directory: id } : { directory, ssh: { host: address } };
}
