"""Imports torchvision where its compiled operators do not match torch, as with the wheels of torch for the CPU: import
this first.

At import torchvision describes its detection operators to torch, which fails where they are absent. None is used here.
"""

import torch

describe = torch.library.register_fake
torch.library.register_fake = lambda *args, **kwargs: lambda function: function
import torchvision  # noqa: E402, F401

torch.library.register_fake = describe
