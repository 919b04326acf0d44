import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { type Props, sameValue } from "../../core/props";
import { isStacksProvider } from "../../core/urn";
import { toGitLabConfig } from "../../gitlab/config";
import { decode, encode } from "./codec";
import { filled } from "./filled";
import { problemsOfVersion, refuseNewerState } from "./releases";
import { toCheckFailures } from "./resource-calls";
import type { Session } from "./session";

/** Keys that the engine itself puts into a provider's configuration. */
const ENGINE_KEYS = new Set(["version", "pluginDownloadURL", "pluginChecksums", "parameterization"]);

/** Keys that only our plugin knows; our schema is that of the published package, which lacks them. */
const OUR_KEYS = ["compareWithGitlab"];

export function configCalls(session: Session) {
    const known = new Set([...Object.keys(session.pack.schema.provider.inputProperties), ...OUR_KEYS]);
    /** The default provider of a package with the project's name gets all the project's keys: drop those. */
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
         * Any change is an update, never a replacement: nothing that a provider created depends on it. A new token is a
         * change, too, because without one the engine configures the provider from the state, with the old token.
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
            // If no program runs, as in refresh and destroy, the inputs are the state's.
            refuseNewerState(session.pack, inputs.version);
            session.configure(inputs, request.getUrn());
            if (session.config?.earlyAuthCheck) await session.gitlab.get("/user");
            return filled(new pb.ConfigureResponse(), {
                Acceptsecrets: true,
                Acceptresources: true,
                Acceptoutputs: true,
                Supportspreview: true,
            });
        },
    };
}
