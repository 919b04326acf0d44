import type { RawParams } from "./body";
import { plainError } from "./errors";
import { isBlank } from "./params";

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 100;
/** Above this number of rows, GitLab does not count. */
const COUNT_LIMIT = 10_000;

/** The part of a list that a request asks for. */
export interface PageRequest {
    page: number;
    perPage: number;
}

/** Reads `page` and `per_page`. */
export function readPage(params: RawParams): PageRequest {
    const page = positive("page", params.page, 1);
    const perPage = positive("per_page", params.per_page, DEFAULT_PER_PAGE);
    return { page, perPage: Math.min(perPage, MAX_PER_PAGE) };
}

function positive(name: string, raw: unknown, fallback: number): number {
    if (isBlank(raw)) return fallback;
    const value = Number(raw);
    if (!Number.isInteger(value)) throw plainError(400, `${name} is invalid`);
    if (value < 1) {
        if (name === "page") return 1;
        throw plainError(400, `${name} does not have a valid value`);
    }
    return value;
}

/** The rows of one page. */
export function slice<Row>(rows: readonly Row[], { page, perPage }: PageRequest): Row[] {
    return rows.slice((page - 1) * perPage, page * perPage);
}

/** GitLab's offset-pagination headers. `url` is the list's address as GitLab would write it, with its query. */
export function pageHeaders(url: URL, total: number, request: PageRequest, totals = true): Record<string, string> {
    const { page, perPage } = request;
    const pages = Math.max(1, Math.ceil(total / perPage));
    const counted = totals && total <= COUNT_LIMIT;
    const next = page * perPage < total ? page + 1 : undefined;
    const previous = page > 1 ? page - 1 : undefined;
    const links = [
        ...(previous ? [link(url, previous, perPage, "prev")] : []),
        ...(next ? [link(url, next, perPage, "next")] : []),
        link(url, 1, perPage, "first"),
        ...(counted ? [link(url, pages, perPage, "last")] : []),
    ];
    return {
        "x-per-page": String(perPage),
        "x-page": String(page),
        "x-next-page": next ? String(next) : "",
        "x-prev-page": previous ? String(previous) : "",
        link: links.join(", "),
        ...(counted ? { "x-total": String(total), "x-total-pages": String(pages) } : {}),
    };
}

function link(url: URL, page: number, perPage: number, rel: string): string {
    const target = new URL(url);
    for (const secret of ["private_token", "access_token", "job_token"]) target.searchParams.delete(secret);
    target.searchParams.set("page", String(page));
    target.searchParams.set("per_page", String(perPage));
    return `<${target.href}>; rel="${rel}"`;
}
