"""What scripts read around role mining, by SailPoint's own Python client, unmodified.

Takes the address, the client id and the secret as SAIL_BASE_URL, SAIL_CLIENT_ID and SAIL_CLIENT_SECRET, as the client
does. Prints one JSON object of what it saw. Every answer was decoded by the client's models: what they refuse ends it.
"""

import json
import warnings

# The client only warns about an unknown value of an enum; here it is a fault.
warnings.simplefilter("error")

from sailpoint import AccountsApi, ApiClient, Configuration, EntitlementsApi, IdentitiesApi, Paginator, PublicIdentitiesApi  # noqa: E402
from sailpoint import SearchApi, SourcesApi  # noqa: E402
from sailpoint.search.models.search import Search  # noqa: E402

client = ApiClient(Configuration())
search = SearchApi(client)


def searched(indices, query="*", **more):
    return Search.from_dict({"indices": indices, "query": {"query": query}, "sort": ["id"], **more})


def page_by_page(indices, size):
    return list(Paginator.paginate_stream_search(search, searched(indices), size, 10_000))


people = page_by_page(["identities"], 100)
first = people[0]["id"]
counted = search.search_count_v1_with_http_info(searched(["identities"]))
# The client keeps the case of header names, and scripts look this name up with its case.
total = dict(counted.headers.items())["X-Total-Count"]
sources = SourcesApi(client).list_sources_v1(limit=250, sorters="name", count=True)
identities = Paginator.paginate(IdentitiesApi(client).list_identities_v1, 100, limit=50)
public = PublicIdentitiesApi(client).get_public_identities_v1(limit=1, filters=f'id eq "{first}"')
entitlements = EntitlementsApi(client).list_entitlements_v1(limit=250, filters=f'source.id eq "{sources[0].id}"')
accounts = AccountsApi(client).list_accounts_v1(limit=250, filters=f'identityId eq "{first}"')

print(
    json.dumps(
        {
            "people": [one["id"] for one in people],
            "roles_found": [one["id"] for one in page_by_page(["roles"], 50)],
            "entitlements_found": len(page_by_page(["entitlements"], 250)),
            "one": search.search_get_v1("identities", first)["id"],
            "count": [counted.status_code, total],
            "sources": [one.name for one in sources],
            "identities": [one.name for one in identities],
            "public": [one.id for one in public],
            "entitlements": len(entitlements),
            "accounts": sorted(one.source_id for one in accounts),
        }
    )
)
