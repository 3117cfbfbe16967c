/** The path in front of all of ours, `/assay` or empty: the gateway writes it into the page. */
export const prefix = document.querySelector<HTMLMetaElement>('meta[name="assay-prefix"]')?.content ?? ''
