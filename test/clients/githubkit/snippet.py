import os

from githubkit import GitHub

github = GitHub(base_url=os.environ.get("EDGE_GISTS", "http://localhost:8080"))
gists = list(github.rest.paginate(github.rest.gists.list_for_user, username="octocat"))
print(len(gists))
