/** What a text that stands where a runner's authentication token belongs really is. */
export type TokenKind = "authentication" | "registration" | "access" | "job" | "missing" | "unclear";

/**
 * What kind of token a text is, by what GitLab puts before its tokens.
 *
 * An instance may have a prefix of its own (`acme-glrt-…`), and tokens from before GitLab 16 have none at all.
 */
export function kindOfToken(text: string): TokenKind {
    const token = text.trim();
    if (token === "") return "missing";
    if (/^([\w.]+-)*glrtr?-/.test(token)) return "authentication";
    if (token.startsWith("GR1348941")) return "registration";
    if (/^([\w.]+-)*gl(pat|dt|oas|soat|ft|imt|agent)-/.test(token)) return "access";
    if (/^([\w.]+-)*glcbt-/.test(token)) return "job";
    // 17.5 to 17.10 wrote `t1_`, `t2_`, `t3_` before 20 characters for runners that were registered the old way.
    return /^t[123]_[\w-]{20}$/.test(token) ? "authentication" : "unclear";
}
