import { Link } from '@tanstack/react-router'
import { texts } from './texts.ts'

/** Says that there are no access data, or another reason that ends with data, and leads to the ways to begin. */
export function NothingLoaded({ why = texts.nothingLoaded }: { readonly why?: string }) {
  return (
    <section className="card" aria-label={why}>
      <p>{why}</p>
      <p>
        <Link className="button" to="/">
          {texts.toStart}
        </Link>
      </p>
    </section>
  )
}
