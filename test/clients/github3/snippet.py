import os

from github3 import GitHubEnterprise

github = GitHubEnterprise(os.environ.get("EDGE_GISTS", "http://localhost:8080"))
print(len(list(github.gists_by("octocat"))))
