import { Link } from '@tanstack/react-router'
import { useLinkTabIndex } from '../../kit/row-links.ts'

/** The name of a person, which leads to the page about them. */
export function PersonLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Link className="grid-name" to="/people/$id" params={{ id }} tabIndex={useLinkTabIndex()} title={name}>
      <bdi>{name || id}</bdi>
    </Link>
  )
}
