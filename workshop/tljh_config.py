"""Settings of The Littlest JupyterHub: every learner on one computer, each as a Unix user of their own.

Install the lesson into the environment of the users, as an administrator of the hub:

    sudo git clone THIS-REPOSITORY /opt/lesson
    sudo -E /opt/tljh/user/bin/pip install --require-hashes -r /opt/lesson/requirements.lock
    sudo -E /opt/tljh/user/bin/pip install --no-deps -e /opt/lesson
    sudo -E /opt/tljh/user/bin/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"
    sudo cp /opt/lesson/workshop/tljh_config.py /opt/tljh/config/jupyterhub_config.d/
    sudo tljh-config set limits.memory 1536M
    sudo tljh-config set services.cull.timeout 14400
    sudo tljh-config reload
"""

from typing import Any

c: Any = globals()["get_config"]()  # JupyterHub puts it there

c.Spawner.cmd = ["/opt/tljh/user/bin/python", "/opt/lesson/workshop/start_seat.py"]
c.Spawner.default_url = "/lab/tree/lesson/notebooks/00_start_here.ipynb"
c.Spawner.start_timeout = 300
