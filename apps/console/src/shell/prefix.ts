/** The prefix of all paths, `/assay` or empty; the gateway writes it into the page. */
export const prefix = document.querySelector<HTMLMetaElement>('meta[name="assay-prefix"]')?.content ?? ''
