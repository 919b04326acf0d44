/** What kind of token a text is, given where a runner's token belongs. */
export type TokenKind = "authentication" | "registration" | "access" | "job" | "missing" | "garbled" | "unclear";

/** One kind of GitLab token, recognised by its form. */
interface Form {
    kind: TokenKind;
    /** With its article, for use in a sentence. */
    name: string;
    form: RegExp;
    /** The prefix before the `-`, as a regular expression; absent if nothing marks the token within a longer text. */
    prefix?: string;
    /** The header for the API's management routes; absent if the token cannot log in. */
    header?: "private-token" | "authorization";
    /** What the token is for, if it cannot log in. */
    purpose?: string;
}

/** Matches tokens with a prefix and, optionally, another form. */
function begins(prefix: string, besides?: string): Pick<Form, "form" | "prefix"> {
    // An instance may put its own prefix before GitLab's: `acme-glrt-…`.
    const form = [`([\\w.]+-)*${prefix}-`, ...(besides === undefined ? [] : [besides])].join("|");
    return { prefix, form: new RegExp(`^(${form})`) };
}

/** Characters that no token has, and that cannot be sent as one. */
const NO_TOKEN_HAS = /[^\x21-\x7e]/;

const VARIABLE = /^\$(\w+|\{\w+\})$/;

/** A token that cannot log in. */
function other(kind: TokenKind, name: string, form: RegExp | Pick<Form, "form" | "prefix">, purpose: string): Form {
    return { kind, name, purpose, ...(form instanceof RegExp ? { form } : form) };
}

/**
 * All kinds that can be distinguished. https://docs.gitlab.com/security/tokens/#token-prefixes lists the prefixes;
 * access tokens from before GitLab 14.5, runners' tokens from before 16 and OAuth access tokens have none. A token that
 * matches no line may be an access token of an instance with its own prefix, so it is tried.
 */
const FORMS: readonly Form[] = [
    { kind: "access", name: "an access token", ...begins("glpat"), header: "private-token" },
    // Doorkeeper writes 64 hexadecimal digits.
    { kind: "access", name: "an OAuth access token", form: /^[0-9a-f]{64}$/, header: "authorization" },
    // 17.5 to 17.10 wrote `t1_`, `t2_` or `t3_` before 20 characters for runners that were registered the old way.
    other(
        "authentication",
        "a runner's authentication token",
        begins("glrtr?", "t[123]_[\\w-]{20}$"),
        "which gets jobs for a runner",
    ),
    other("registration", "a registration token", /^GR1348941/, "which this project never uses"),
    other(
        "job",
        "the job token of a pipeline",
        begins("glcbt", "[0-9a-f]{2}_[\\w-]{20}$"),
        "which may neither declare runners nor change allowlists",
    ),
    other("access", "a deploy token", begins("gldt"), "which pulls and pushes packages"),
    other(
        "access",
        "the secret of an OAuth application",
        begins("gloas"),
        "with which an application asks for tokens of people",
    ),
    other("access", "a SCIM token", begins("glsoat"), "which provisions people"),
    other("access", "a feed token", begins("glft"), "which reads feeds"),
    other("access", "an incoming mail token", begins("glimt"), "which is for e-mail"),
    other("access", "a token of an agent for Kubernetes", begins("glagent"), "which is for agents"),
    other("unclear", "a pipeline trigger token", begins("glptt"), "which starts pipelines"),
    other("unclear", "a feature flags token", begins("glffct"), "which reads feature flags"),
    other("unclear", "a workspace token", begins("glwt"), "which is for workspaces"),
    other("unclear", "an ID token of a job", /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/, "which is for services besides GitLab"),
    other("unclear", "the name of a variable", VARIABLE, "in whose place nothing puts its value"),
];

const PREFIXES = FORMS.flatMap(({ prefix = [] }) => prefix).join("|");
/** A GitLab token anywhere in a text. Known prefixes only: `global-production` is the name of a group. */
export const TOKEN_IN_TEXT = new RegExp(`\\b((${PREFIXES})-[\\w.-]{8,}|GR1348941[\\w-]*)`);

function formOf(token: string): Form | undefined {
    return FORMS.find(({ form }) => form.test(token));
}

/** What kind of token a text is, by its form. */
export function kindOfToken(text: string): TokenKind {
    const token = text.trim();
    if (token === "") return "missing";
    const kind = formOf(token)?.kind ?? "unclear";
    return (kind === "authentication" || kind === "unclear") && NO_TOKEN_HAS.test(token) ? "garbled" : kind;
}

export function loginHeader(token: string): Record<string, string> {
    return formOf(token)?.header === "authorization"
        ? { authorization: `Bearer ${token}` }
        : { "private-token": token };
}

/** What to give instead of a token that cannot log in. */
export const WANTED_TOKEN = "Give a personal, group or project access token (glpat-…) or an OAuth access token.";

/**
 * Why GitLab's API does not accept a text as a token, in words that follow its name: `is a deploy token (got …), …`.
 * Undefined if it may. `jobToken` is the token of the job that this runs in, if any.
 */
export function whyNotForApi(token: string, jobToken?: string): string | undefined {
    const got = `(got a secret of ${token.length} characters)`;
    if (NO_TOKEN_HAS.test(token))
        return `holds a space, a line break or a letter no token has ${got}. Paste the token alone.`;
    const found = token === jobToken ? FORMS.find(({ kind }) => kind === "job") : formOf(token);
    if (found === undefined || found.header !== undefined) return undefined;
    return `is ${found.name} ${got}, ${found.purpose}: it cannot log in to GitLab's API. ${WANTED_TOKEN}`;
}
