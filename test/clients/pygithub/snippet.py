import os

from github import Github

github = Github(base_url=os.environ.get("EDGE_GISTS", "http://localhost:8080") + "/api/v3")
print(github.get_user("octocat").get_gists().totalCount)
