import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { type CheckFailure, type Props, sameValue, type Value } from "../../core/props";
import { isStacksProvider } from "../../core/urn";
import { isOlder } from "../../core/versions";
import { toGitLabConfig } from "../../gitlab/config";
import type { Package } from "../packages";
import { decode, encode } from "./codec";
import { filled } from "./filled";
import { toCheckFailures } from "./resource-calls";
import type { Session } from "./session";

/** Keys the engine itself puts into a provider's configuration. */
const ENGINE_KEYS = new Set(["version", "pluginDownloadURL", "pluginChecksums", "parameterization"]);

/** Keys that only our plugin knows; the published package's schema, which ours is, has no place for them. */
const OUR_KEYS = ["compareWithGitlab"];

/** The calls about the provider's configuration. */
export function configCalls(session: Session) {
    const known = new Set([...Object.keys(session.pack.schema.provider.inputProperties), ...OUR_KEYS]);
    /** The default provider of a package that is called like the project gets all the project's keys: drop those. */
    const ours = (props: Props): Props =>
        Object.fromEntries(
            Object.entries(props).filter(([key]) => known.has(key) || ENGINE_KEYS.has(key) || key.startsWith("__")),
        );
    return {
        checkConfig: (request: pb.CheckRequest) => {
            const { props, secrets } = decode(request.getNews());
            const inputs = ours(props);
            const { problems } = toGitLabConfig(inputs, session.env, { isStacks: isStacksProvider(request.getUrn()) });
            return filled(new pb.CheckResponse(), {
                Inputs: encode(inputs, new Set([...secrets, "token"])),
                FailuresList: toCheckFailures([...problemsOfVersion(session.pack, inputs.version), ...problems]),
            });
        },
        /**
         * Whatever changes is a change, and never a replacement: nothing that a provider made depends on it. A new token is one,
         * too, because the engine configures a provider without a change by what the state has of it: the old token.
         */
        diffConfig: (request: pb.DiffRequest) => {
            const olds = decode(request.getOldInputs() ?? request.getOlds()).props;
            const news = decode(request.getNews()).props;
            refuseNewerState(session.pack, olds.version);
            const changed = [...known].filter((key) => !sameValue(olds[key], news[key]));
            const { DIFF_NONE, DIFF_SOME } = pb.DiffResponse.DiffChanges;
            return filled(new pb.DiffResponse(), {
                Changes: changed.length > 0 ? DIFF_SOME : DIFF_NONE,
                DiffsList: changed,
            });
        },
        configure: async (request: pb.ConfigureRequest) => {
            const inputs = ours(decode(request.getArgs()).props);
            // Where no program runs, in refresh and destroy, these are the state's.
            refuseNewerState(session.pack, inputs.version);
            session.configure(inputs, request.getUrn());
            if (session.earlyAuthCheck) {
                await session.gitlab.get("/user");
            }
            return filled(new pb.ConfigureResponse(), {
                Acceptsecrets: true,
                Acceptresources: true,
                Acceptoutputs: true,
                Supportspreview: true,
            });
        },
    };
}

/**
 * Why a program's SDK and this plugin do not go together: they are released together, and a plugin that does not know a property of
 * the SDK would drop it. Until 1.0 every second number may change what they say to each other, as npm has it. The gitlab package is
 * the published one's, so its version says nothing about ours.
 */
export function problemsOfVersion({ name, version: plugin }: Package, sdk: Value | undefined): CheckFailure[] {
    if (name !== "gitlab-fleet" || typeof sdk !== "string" || line(sdk) === line(plugin)) return [];
    const reason =
        `The program's gitlab-fleet is ${sdk.slice(0, 40)}, and the plugin that runs is ${plugin}. They come together in the npm package: ` +
        "run `npm ci`, and `npx gitlab-fleet plugins` where Pulumi.yaml names another folder. An installed one: " +
        "`pulumi plugin rm resource gitlab-fleet`.";
    return [{ property: "version", reason }];
}

/** Refuses a state that a newer version wrote: what this one does not know of it, it would undo without a word. */
export function refuseNewerState({ name, version: plugin }: Package, state: Value | undefined): void {
    if (name !== "gitlab-fleet" || typeof state !== "string" || !isOlder(line(plugin), line(state))) return;
    throw new Error(
        `The state of this stack was written by gitlab-fleet ${state.slice(0, 40)}. This is ${plugin}, which would undo what it does not ` +
            "know of it. Update the package here: with git, `git pull`, then `npm ci`. How to go back: docs/install.md#upgrading.",
    );
}

/** The first version of those that go together with one. */
function line(version: string): string {
    const [major, minor] = version.replace(/^v/, "").split(".");
    return major === "0" ? `0.${minor}.0` : `${major}.0.0`;
}
